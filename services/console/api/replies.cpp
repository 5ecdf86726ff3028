#include "console/api/replies.hpp"

#include <utility>

#include "vf/json/writer.hpp"

namespace vf::console {

namespace {

refusal refusal_of(const error& why) {
    switch (why.kind) {
        case failure::transient:
        case failure::stopped:
            return {503, "unavailable", "try again shortly", {}};
        case failure::conflict:
            return {409, "conflict", "the state of the resource forbids this", {}};
        case failure::data:
            return {422, "validation_failed", "a value was refused", {}};
        case failure::permanent:
            break;
    }
    return {500, "server_error", "something is wrong on our side", {}};
}

}  // namespace

std::unexpected<refusal> bad_request(std::string message) {
    return std::unexpected(refusal{400, "bad_request", std::move(message), {}});
}

std::unexpected<refusal> not_found() {
    return std::unexpected(refusal{404, "not_found", "there is no such resource", {}});
}

std::unexpected<refusal> invalid(std::string field, std::string message) {
    return std::unexpected(refusal{422, "validation_failed", std::move(message), std::move(field)});
}

std::unexpected<refusal> refused(const error& why) {
    return std::unexpected(refusal_of(why));
}

std::string error_body(std::string_view code, std::string_view message, std::string_view field) {
    json::writer out;
    out.begin_object().key("errors").begin_array().begin_object();
    out.member("code", code).member("message", message);
    if (!field.empty()) {
        out.member("field", field);
    }
    out.end_object().end_array().end_object();
    return std::move(out).take();
}

http::response reply(const refusal& why) {
    http::response response = reply(why.status, error_body(why.code, why.message, why.field));
    if (why.status == 503) {
        response.headers.add("Retry-After", "1");
    }
    if (why.status == 401) {
        response.headers.add("WWW-Authenticate", "Bearer");
    }
    return response;
}

http::response reply(unsigned status, std::string json) {
    http::response response;
    response.status = status;
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Cache-Control", "no-store");
    response.body = std::move(json);
    return response;
}

}  // namespace vf::console
