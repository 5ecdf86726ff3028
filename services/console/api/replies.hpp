// What the API answers: the envelope of success and of refusal, and the one place where an error of
// the house becomes an HTTP status. Pure; any thread. `error.detail` never gets in here.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "vf/base/error.hpp"
#include "vf/http/message.hpp"

namespace vf::console {

struct refusal {
    unsigned status{500};
    std::string code;
    std::string message;
    std::string field;  // path in the request; empty when no field is at fault

    friend bool operator==(const refusal&, const refusal&) = default;
};

template <class T>
using api_result = std::expected<T, refusal>;

[[nodiscard]] std::unexpected<refusal> bad_request(std::string message);                 // 400
[[nodiscard]] std::unexpected<refusal> not_found();                                      // 404
[[nodiscard]] std::unexpected<refusal> invalid(std::string field, std::string message);  // 422
[[nodiscard]] std::unexpected<refusal> refused(const error& why);

// Carries a refusal out of a handler: `co_return forward(valid);`
template <class T>
[[nodiscard]] std::unexpected<refusal> forward(api_result<T>& failed) {
    return std::unexpected(std::move(failed.error()));
}

[[nodiscard]] std::string error_body(
    std::string_view code, std::string_view message, std::string_view field = {}
);

[[nodiscard]] http::response reply(const refusal& why);
[[nodiscard]] http::response reply(unsigned status, std::string json);

}  // namespace vf::console
