#include "normaliser/mail/kinds/bounce_types.hpp"

#include <algorithm>
#include <array>

namespace vf::normaliser {

namespace {

using enum bounce_class;

constexpr std::array<bounce_row, 22> table{{
    {"HardBounce", hard, hard},
    {"Transient", transient, transient},
    {"Unsubscribe", unsubscribe, unsubscribe},
    {"Subscribe", none, none},
    {"AutoResponder", none, none},
    {"AddressChange", unknown, unknown},
    {"DnsError", transient, transient},
    {"SpamNotification", soft, complaint},
    {"OpenRelayTest", none, none},
    {"Unknown", unknown, unknown},
    {"SoftBounce", soft, soft},
    {"VirusNotification", unknown, unknown},
    {"ChallengeVerification", unknown, unknown},
    {"BadEmailAddress", hard, hard},
    {"SpamComplaint", complaint, complaint},
    {"ManuallyDeactivated", hard, hard},
    {"Unconfirmed", unknown, unknown},
    {"Blocked", soft, soft},
    {"SMTPApiError", unknown, unknown},
    {"InboundError", none, none},
    {"DMARCPolicy", unknown, unknown},
    {"TemplateRenderingFailed", unknown, unknown},
}};

}  // namespace

std::span<const bounce_row> bounce_table() {
    return table;
}

bounce_type read_bounce_type(std::string_view name, bool inactive) {
    const auto* const found = std::ranges::find(table, name, &bounce_row::name);
    if (found == table.end()) {
        return {std::string{name}, unknown};
    }
    return {std::string{name}, inactive ? found->when_inactive : found->means};
}

std::string_view name_of(bounce_class means) {
    switch (means) {
        case hard:
            return "hard";
        case soft:
            return "soft";
        case transient:
            return "transient";
        case complaint:
            return "complaint";
        case unknown:
            return "unknown";
        case unsubscribe:
        case none:
            return {};
    }
    return {};
}

}  // namespace vf::normaliser
