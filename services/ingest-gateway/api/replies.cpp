#include "ingest-gateway/api/replies.hpp"

#include <utility>

#include "vf/base/assert.hpp"
#include "vf/json/writer.hpp"

namespace vf::ingest_gateway {

namespace {

constexpr std::string_view accepted_body = R"({"data":{"accepted":true}})";

struct code_row {
    unsigned status;
    std::string_view text;
};

code_row row_of(reply_code code) {
    switch (code) {
        case reply_code::bad_request:
            return {400, "bad_request"};
        case reply_code::auth_required:
            return {401, "auth_required"};
        case reply_code::payload_too_large:
            return {413, "payload_too_large"};
        case reply_code::validation_failed:
            return {422, "validation_failed"};
        case reply_code::idempotency_key_reuse:
            return {422, "idempotency_key_reuse"};
        case reply_code::rate_limited:
            return {429, "rate_limited"};
        case reply_code::backfill_queue_full:
            return {429, "backfill_queue_full"};
        case reply_code::unavailable:
            return {503, "unavailable"};
        case reply_code::server_error:
            return {500, "server_error"};
    }
    VF_ASSERT(false);
}

std::string envelope(std::string_view code, const std::vector<wire::fault>& faults) {
    json::writer out;
    out.begin_object().key("errors").begin_array();
    for (const auto& fault : faults) {
        out.begin_object().member("code", code).member("message", std::string_view{fault.message});
        if (!fault.field.empty()) {
            out.member("field", std::string_view{fault.field});
        }
        out.end_object();
    }
    out.end_array().end_object();
    return std::move(out).take();
}

std::string bulk_body(const acceptance& acceptance) {
    json::writer out;
    out.begin_object().key("data").begin_object();
    out.member("accepted", static_cast<std::int64_t>(acceptance.records));
    out.member("rejected", static_cast<std::int64_t>(acceptance.rejected.size()));
    out.key("errors").begin_array();
    for (const auto& [index, fault] : acceptance.rejected) {
        out.begin_object().member("index", static_cast<std::int64_t>(index));
        out.member("code", "validation").member("message", std::string_view{fault.message});
        if (!fault.field.empty()) {
            out.member("field", std::string_view{fault.field});
        }
        out.end_object();
    }
    const std::size_t received = acceptance.records + acceptance.rejected.size();
    out.end_array().end_object().key("meta").begin_object();
    out.member("received", static_cast<std::int64_t>(received)).end_object().end_object();
    return std::move(out).take();
}

bool is_retryable(unsigned status) {
    return status == 429 || status == 503;
}

}  // namespace

refusal refuse(reply_code code, std::string message, std::string field) {
    refusal why;
    why.code = code;
    why.faults.push_back({std::move(field), std::move(message)});
    return why;
}

refusal invalid(wire::fault fault) {
    return refuse(reply_code::validation_failed, std::move(fault.message), std::move(fault.field));
}

unsigned status_of(reply_code code) {
    return row_of(code).status;
}

http::response reply(const outcome& outcome, success_kind kind) {
    http::response response;
    response.headers.add("Content-Type", "application/json");
    if (outcome) {
        response.status = kind == success_kind::accepted ? 202 : 200;
        response.body =
            kind == success_kind::bulk ? bulk_body(*outcome) : std::string{accepted_body};
        return response;
    }
    const refusal& why = outcome.error();
    const code_row row = row_of(why.code);
    response.status = row.status;
    response.body = envelope(row.text, why.faults);
    if (is_retryable(row.status)) {
        response.headers.add("Retry-After", std::to_string(why.retry_after_seconds));
    }
    if (why.code == reply_code::auth_required) {
        response.headers.add("WWW-Authenticate", std::string{why.challenge});
    }
    return response;
}

void add_rate_headers(http::response& response, const rate_limit_status& rate) {
    if (rate.limit == 0) {
        return;
    }
    response.headers.add("RateLimit-Limit", std::to_string(rate.limit));
    response.headers.add("RateLimit-Remaining", std::to_string(rate.remaining));
    response.headers.add("RateLimit-Reset", std::to_string(rate.reset_seconds));
}

std::string fault_body(unsigned status, std::string_view code, std::string_view message) {
    const std::string_view shown = status == 503 ? row_of(reply_code::unavailable).text : code;
    return envelope(shown, {wire::fault{{}, std::string{message}}});
}

}  // namespace vf::ingest_gateway
