// What travels on the topics, as plain structs, and the records that carry them: protobuf stays in
// this library's src. Encoding never fails. Decoding answers data/undecodable_record (not our
// bytes, or an empty record) or data/unsupported_version. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/domain/ids.hpp"
#include "vf/wire/record.hpp"

namespace vf::wire {

// A probe says only when it was sent: how long the way takes, measured where it ends.
enum class ingest_kind { user, event, probe };

// Which body an Idempotency-Key stands for, as digests.
struct idempotency_claim {
    domain::record_id key;   // of the project and the key
    domain::record_id body;  // of the path and the canonical body

    friend bool operator==(const idempotency_claim&, const idempotency_claim&) = default;
};

// All of an ingest record but what the customer sent.
struct ingest_envelope {
    domain::project_id project;
    domain::record_id id;
    ingest_kind kind{ingest_kind::event};
    instant received_at{};
    bool historical{false};
    // The id is that of the event itself (`derive_natural_id`), so it is the same for good.
    bool natural{false};
    // What the gateway could not claim, for the normaliser to settle.
    std::optional<idempotency_claim> unverified;
};

struct ingest_record : ingest_envelope {
    std::string body;  // the record's JSON object, verbatim
};

// `user` gives the key: whose record it is, also where it does not decode.
[[nodiscard]] record encode(
    const ingest_envelope& envelope, std::string_view body, const domain::external_user_id& user,
    std::string_view topic
);
[[nodiscard]] record encode(
    const ingest_record& message, const domain::external_user_id& user, std::string_view topic
);
[[nodiscard]] result<ingest_record> decode_ingest(const record& record);

// Who says so: the provider's webhook, a recipient's one click, a person at the console.
enum class mail_source { postmark, one_click, console };

struct mail_event {
    domain::project_id project;
    mail_source source{mail_source::postmark};
    std::string body;  // verbatim: of a provider not always JSON, nor UTF-8
    instant received_at{};
};

// Whatever a mail event has beside its body.
struct mail_envelope {
    domain::project_id project;
    mail_source source{mail_source::postmark};
    instant received_at{};
};

// On the topic that takes a body of this size. `subject` gives the key: the provider's message id,
// the recipient, the user; nothing when there is no order to keep. One copy of the body is taken.
[[nodiscard]] record encode(
    const mail_envelope& envelope, std::string_view body, std::string_view subject
);
[[nodiscard]] record encode(const mail_event& message, std::string_view subject);
[[nodiscard]] result<mail_event> decode_mail(const record& record);

struct webhook_event {
    domain::project_id project;
    domain::event_id id;
    std::string type;
    std::string body;  // frozen: signed and sent as it is
    instant created_at{};
};

[[nodiscard]] record encode(const webhook_event& message, const domain::external_user_id& user);
[[nodiscard]] result<webhook_event> decode_webhook(const record& record);

struct delivery_nudge {
    domain::delivery_id delivery;
    domain::endpoint_id endpoint;
    domain::project_id project;  // may be empty
    instant due_at{};
    std::string resend_id;  // not empty: start again, once per resend_id
};

[[nodiscard]] record encode(const delivery_nudge& message);
[[nodiscard]] result<delivery_nudge> decode_nudge(const record& record);

struct rule_fired {
    domain::project_id project;
    std::string fire_id;
    domain::rule_id rule;
    std::string preset;
    domain::external_user_id user;
    domain::draft_id draft;
    instant fired_at{};
};

[[nodiscard]] record encode(const rule_fired& message);
[[nodiscard]] result<rule_fired> decode_fired(const record& record);

}  // namespace vf::wire
