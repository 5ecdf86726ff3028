#include "vf/json/canonical.hpp"

#include <algorithm>
#include <string_view>

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

// As deep as the parser lets a value be.
void put(std::string& out, const value& value);

void put_members(std::string& out, const std::vector<member>& members) {
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
        put(out, each->value);
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

}  // namespace vf::json
