#include "ingest-gateway/parse/parse_mail.hpp"

#include <array>
#include <string_view>

namespace vf::ingest_gateway {

namespace {

// A bounce names its recipient differently.
constexpr std::array<std::string_view, 3> subject_members{"MessageID", "Recipient", "Email"};

}  // namespace

std::expected<std::string, refusal> mail_subject(const json::value& body) {
    if (!body.is(json::kind::object)) {
        return std::unexpected(refuse(reply_code::bad_request, "the body must be a JSON object"));
    }
    for (const auto name : subject_members) {
        const auto text = body.string_at(name);
        if (text && !text->empty()) {
            return std::string{*text};
        }
    }
    return std::string{};
}

}  // namespace vf::ingest_gateway
