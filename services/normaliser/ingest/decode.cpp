#include "normaliser/ingest/decode.hpp"

#include <utility>

#include "normaliser/ingest/normalise.hpp"
#include "normaliser/mail/match_mail.hpp"

namespace vf::normaliser {

namespace {

template <class Message>
std::expected<Message, wire::set_aside_reason> named(
    result<Message> decoded, std::string_view stage
) {
    if (decoded) {
        return std::move(*decoded);
    }
    // The codes of decoding are reason codes.
    const error& why = decoded.error();
    return std::unexpected(reason_of(stage, why.code, why.detail));
}

}  // namespace

std::vector<decoded_ingest> decode_ingest(const std::vector<wire::record>& batch) {
    std::vector<decoded_ingest> decoded;
    decoded.reserve(batch.size());
    for (const auto& record : batch) {
        decoded.push_back(named(wire::decode_ingest(record), normalise_stage));
    }
    return decoded;
}

std::vector<decoded_mail> decode_mail(const std::vector<wire::record>& batch) {
    std::vector<decoded_mail> decoded;
    decoded.reserve(batch.size());
    for (const auto& record : batch) {
        decoded.push_back(named(wire::decode_mail(record), mail_stage));
    }
    return decoded;
}

}  // namespace vf::normaliser
