#include "replies.hpp"

#include <utility>

#include "vf/base/assert.hpp"
#include "vf/json/writer.hpp"

namespace vf::ingest_gateway {

namespace {

// A 503 of ours passes as soon as the broker answers again, or a budget is given back.
constexpr std::string_view retry_after_seconds = "1";

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

}  // namespace

refusal refuse(reply_code code, std::string message, std::string field) {
    refusal made;
    made.code = code;
    made.faults.push_back({std::move(field), std::move(message)});
    return made;
}

unsigned status_of(reply_code code) {
    return row_of(code).status;
}

http::response reply(const outcome& came_to, unsigned success_status) {
    http::response made;
    made.headers.add("Content-Type", "application/json");
    if (came_to) {
        made.status = success_status;
        made.body = accepted_body;
        return made;
    }
    const refusal& why = came_to.error();
    const code_row row = row_of(why.code);
    made.status = row.status;
    made.body = envelope(row.text, why.faults);
    if (why.code == reply_code::unavailable) {
        made.headers.add("Retry-After", std::string{retry_after_seconds});
    }
    if (why.code == reply_code::auth_required) {
        made.headers.add("WWW-Authenticate", std::string{why.challenge});
    }
    return made;
}

std::string fault_body(unsigned status, std::string_view code, std::string_view message) {
    const std::string_view named = status == 503 ? row_of(reply_code::unavailable).text : code;
    return envelope(named, {wire::fault{{}, std::string{message}}});
}

}  // namespace vf::ingest_gateway
