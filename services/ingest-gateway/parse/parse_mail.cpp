#include "ingest-gateway/parse/parse_mail.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace vf::ingest_gateway {

namespace {

// A bounce names its recipient differently.
constexpr std::array<std::string_view, 3> subject_members{
    R"("MessageID")", R"("Recipient")", R"("Email")"
};
constexpr std::size_t looked_through = 16U << 10U;
// An address may be 254 bytes.
constexpr std::size_t subject_max = 256;
constexpr std::string_view white_space = " \t\r\n";

std::string_view without_white_space_before(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(white_space), text.size()));
    return text;
}

// The text after the name of a member; nothing where it is no text, or one with escapes.
std::string_view value_after(std::string_view rest) {
    rest = without_white_space_before(rest);
    if (!rest.starts_with(':')) {
        return {};
    }
    rest = without_white_space_before(rest.substr(1));
    if (!rest.starts_with('"')) {
        return {};
    }
    rest = rest.substr(1, subject_max + 1);
    const auto end = rest.find_first_of("\"\\");
    const bool plain = end != std::string_view::npos && rest[end] == '"';
    return plain ? rest.substr(0, end) : std::string_view{};
}

}  // namespace

std::string_view mail_subject(std::string_view body) {
    const auto front = body.substr(0, looked_through);
    for (const auto name : subject_members) {
        for (auto found = front.find(name); found != std::string_view::npos;
             found = front.find(name, found + 1)) {
            const auto value = value_after(front.substr(found + name.size()));
            if (!value.empty()) {
                return value;
            }
        }
    }
    return {};
}

}  // namespace vf::ingest_gateway
