#include "normaliser/users/write_versions.hpp"

#include <cstddef>
#include <utility>
#include <vector>

#include "normaliser/users/user_columns.hpp"
#include "vf/json/parse.hpp"
#include "vf/json/writer.hpp"

namespace vf::normaliser {

namespace {

struct written_names {
    std::vector<std::string_view> columns;
    std::vector<std::string_view> traits;
};

void write_names(json::writer& out, const std::vector<std::string_view>& names) {
    out.begin_array();
    for (const auto name : names) {
        out.string(name);
    }
    out.end_array();
}

std::optional<instant> instant_of(const json::value& number) {
    const auto count = number.as_integer();
    return count ? std::optional{from_microseconds(*count)} : std::nullopt;
}

std::optional<write_version> version_of(const json::value& write) {
    constexpr std::size_t fields = 5;
    const auto items = write.items();
    if (items.size() != fields) {
        return std::nullopt;
    }
    const auto timestamp = instant_of(items[0]);
    const auto received_at = instant_of(items[1]);
    const auto record = domain::record_id::from_uuid(items[2].text);
    if (!timestamp || !received_at || !record) {
        return std::nullopt;
    }
    return write_version{*timestamp, *received_at, *record};
}

}  // namespace

std::string to_json(const user_versions& versions) {
    std::map<write_version, written_names> writes;
    for (const auto& [name, by] : versions.columns) {
        writes[by].columns.push_back(name);
    }
    for (const auto& [name, each] : versions.traits) {
        writes[each.version].traits.push_back(each.spelling);
    }
    json::writer out;
    out.begin_array();
    for (const auto& [by, names] : writes) {
        out.begin_array()
            .integer(to_microseconds(by.effective_at))
            .integer(to_microseconds(by.received_at));
        out.string(by.record.uuid());
        write_names(out, names.columns);
        write_names(out, names.traits);
        out.end_array();
    }
    out.end_array();
    return std::move(out).take();
}

std::optional<user_versions> parse_versions(std::string_view json) {
    const auto parsed = json::parse(json);
    if (!parsed || !parsed->root().is(json::kind::array)) {
        return std::nullopt;
    }
    user_versions found;
    for (const auto& write : parsed->root().items()) {
        const auto version = version_of(write);
        if (!version) {
            return std::nullopt;
        }
        for (const auto& name : write.items()[3].items()) {
            found.columns.emplace(name.text, *version);
        }
        for (const auto& name : write.items()[4].items()) {
            found.traits.emplace(
                trait_name(name.text), trait_version{*version, std::string{name.text}}
            );
        }
    }
    return found;
}

}  // namespace vf::normaliser
