#include "vf/json/canonical.hpp"

#include <algorithm>
#include <string_view>

#include "vf/json/split.hpp"

namespace vf::json {

namespace {

void put(std::string& out, char kind, std::string_view text) {
    out += kind;
    for (std::size_t left = text.size(); left > 0; left >>= 7U) {
        out += static_cast<char>(0x80U | (left & 0x7FU));
    }
    out += '\0';
    out += text;
}

// An array whose items are written already.
struct written_list {
    std::string_view name;
    std::string_view items;
};

// As deep as the parser lets a value be.
void put(std::string& out, const value& value);

void put_members(
    std::string& out, const std::vector<member>& members, const written_list* written = nullptr
) {
    std::vector<const member*> sorted;
    sorted.reserve(members.size());
    for (const auto& each : members) {
        sorted.push_back(&each);
    }
    std::ranges::sort(sorted, {}, [](const member* each) -> const std::string& {
        return each->name;
    });
    for (const auto* each : sorted) {
        put(out, 'm', each->name);
        if (written != nullptr && written->name == each->name) {
            out.append("[").append(written->items).append("]");
        } else {
            put(out, each->value);
        }
    }
}

void put(std::string& out, const value& value) {
    switch (value.kind) {
        case kind::null:
            out += '0';
            return;
        case kind::boolean:
            out += value.boolean ? 't' : 'f';
            return;
        case kind::number:
            return put(out, 'n', value.text);
        case kind::string:
            return put(out, 's', value.text);
        case kind::array:
            out += '[';
            for (const auto& item : value.items) {
                put(out, item);
            }
            out += ']';
            return;
        case kind::object:
            out += '{';
            put_members(out, value.members);
            out += '}';
            return;
    }
}

}  // namespace

std::string canonical(const value& value) {
    std::string out;
    out.reserve(value.source.size() + value.source.size() / 4);
    put(out, value);
    return out;
}

std::string canonical(const value& envelope, std::string_view list, std::string_view items) {
    const written_list written{list, items};
    std::string out = "{";
    out.reserve(envelope.source.size() + items.size());
    put_members(out, envelope.members, &written);
    out += '}';
    return out;
}

}  // namespace vf::json
