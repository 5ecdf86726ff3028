#include "normaliser/users/user_writes.hpp"

#include "vf/base/assert.hpp"
#include "vf/domain/event_names.hpp"
#include "vf/json/parse.hpp"

namespace vf::normaliser {

namespace {

constexpr std::string_view zone_column = "timezone";

void add_trait(
    user_writes& writes, const domain::trait& trait, const write_version& version,
    const zone_test& is_zone
) {
    const auto parsed = json::parse(trait.json);
    VF_ASSERT(parsed.has_value());
    const bool cleared = parsed->is(json::kind::null);
    const auto in_bag = cleared ? std::nullopt : std::optional{trait.json};
    const auto column = column_of(trait.name);
    if (!column) {
        writes.traits.push_back({trait.name, version, in_bag});
        return;
    }
    if (cleared) {
        writes.columns.push_back({*column, version, std::nullopt});
        return;
    }
    const bool zone = *column == zone_column;
    if (zone && !(parsed->is(json::kind::string) && is_zone(parsed->text))) {
        writes.traits.push_back({trait.name, version, in_bag});
        return;
    }
    if (parsed->is(json::kind::object) || parsed->is(json::kind::array)) {
        writes.columns.push_back({*column, version, std::nullopt});
        writes.traits.push_back({trait.name, version, in_bag});
        return;
    }
    const bool boolean = parsed->is(json::kind::boolean);
    writes.columns.push_back({*column, version, boolean ? trait.json : parsed->text});
}

}  // namespace

std::optional<std::string> column_of(std::string_view trait) {
    auto name = domain::snake_case(trait);
    if (name == "time_zone") {
        name = zone_column;
    }
    for (const std::string_view column :
         {std::string_view{"name"}, std::string_view{"plan"}, std::string_view{"company"},
          std::string_view{"role"}, std::string_view{"signup_date"}, zone_column}) {
        if (name == column) {
            return name;
        }
    }
    return std::nullopt;
}

std::string trait_name(std::string_view spelling) {
    return column_of(spelling).value_or(domain::snake_case(spelling));
}

void add_writes(user_writes& writes, const user_change& change, const zone_test& is_zone) {
    const write_version version{change.effective_at, change.received_at, change.id};
    if (change.email) {
        writes.columns.push_back({"email", version, change.email});
    }
    for (const auto& trait : change.traits) {
        add_trait(writes, trait, version, is_zone);
    }
}

}  // namespace vf::normaliser
