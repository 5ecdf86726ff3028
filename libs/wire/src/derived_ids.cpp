#include "vf/wire/derived_ids.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "vf/crypto/digest.hpp"

namespace vf::wire {

namespace {

// Each part with its length before it, so that no two lists of parts make the same bytes.
std::string digest_of(std::initializer_list<std::string_view> fields) {
    std::size_t size = 0;
    for (const auto field : fields) {
        size += sizeof(std::uint64_t) + field.size();
    }
    std::string bytes;
    bytes.reserve(size);
    for (const auto field : fields) {
        std::array<char, sizeof(std::uint64_t)> length{};
        for (std::size_t i = 0; i < length.size(); ++i) {
            length.at(i) = static_cast<char>((std::uint64_t{field.size()} >> (8 * i)) & 0xFFU);
        }
        bytes.append(length.data(), length.size()).append(field);
    }
    return crypto::sha256(bytes);
}

}  // namespace

domain::record_id derive_record_id(
    const domain::project_id& project, std::string_view path, std::string_view idempotency_key,
    std::size_t index
) {
    return domain::record_id_from_digest(
        digest_of({"record", project.text, path, idempotency_key, std::to_string(index)})
    );
}

domain::record_id derive_natural_id(
    const domain::project_id& project, const domain::external_user_id& user, std::string_view name,
    instant occurred_at
) {
    return domain::record_id_from_digest(digest_of(
        {"natural", project.text, user.text, name, std::to_string(to_microseconds(occurred_at))}
    ));
}

domain::record_id derive_claim_key(
    const domain::project_id& project, std::string_view idempotency_key
) {
    return domain::record_id_from_digest(digest_of({"claim", project.text, idempotency_key}));
}

domain::record_id derive_claim_body(std::string_view path, std::string_view canonical) {
    return domain::record_id_from_digest(digest_of({"body", path, canonical}));
}

domain::event_id derive_event_id(
    const domain::project_id& project, std::string_view type, std::string_view dedupe
) {
    const auto digest = digest_of({"webhook", project.text, type, dedupe});
    return domain::event_id{domain::id_from_digest(domain::prefix::event, digest)};
}

domain::delivery_id derive_delivery_id(
    const domain::event_id& event, const domain::endpoint_id& endpoint
) {
    const auto digest = digest_of({"delivery", event.text, endpoint.text});
    return domain::delivery_id{domain::id_from_digest(domain::prefix::delivery, digest)};
}

domain::quarantine_id derive_quarantine_id(const coordinates& source) {
    const auto digest = digest_of(
        {"quarantine", source.topic, std::to_string(source.partition), std::to_string(source.offset)
        }
    );
    return domain::quarantine_id{domain::id_from_digest(domain::prefix::quarantine, digest)};
}

domain::quarantine_id derive_quarantine_id(
    const domain::project_id& project, const domain::record_id& event
) {
    const auto digest = digest_of({"waited", project.text, event.raw()});
    return domain::quarantine_id{domain::id_from_digest(domain::prefix::quarantine, digest)};
}

std::string derive_fire_id(
    const domain::rule_id& rule, const domain::external_user_id& user, std::string_view occurrence
) {
    const auto digest = digest_of({"fire", rule.text, user.text, occurrence});
    return domain::id_from_digest(domain::prefix::fire, digest);
}

domain::draft_id derive_draft_id(std::string_view fire_id) {
    const auto digest = digest_of({"draft", fire_id});
    return domain::draft_id{domain::id_from_digest(domain::prefix::draft, digest)};
}

}  // namespace vf::wire
