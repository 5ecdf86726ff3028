#include "webhook-dispatcher/attempt/classify.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "webhook-dispatcher/attempt/retry_after.hpp"

namespace vf::webhook_dispatcher {

namespace {

using namespace std::string_view_literals;

// What no endpoint can cause, by code of the client and of `open_keys`.
constexpr std::array faults_of_ours{
    "secret_not_openable"sv, "resolver_unavailable"sv, "lookups_busy"sv,
    "out_of_sockets"sv,      "tls_unavailable"sv,
};

}  // namespace

classified classify(const result<http::client_response>& answer, instant now) {
    classified classified;
    if (!answer) {
        classified.error = answer.error().code;
        if (std::ranges::find(faults_of_ours, answer.error().code) != faults_of_ours.end()) {
            classified.what = meaning::untried;
        }
        return classified;
    }
    classified.status = answer->status;
    if (answer->status >= 200 && answer->status < 300) {
        classified.what = meaning::delivered;
    } else if (answer->status == 410) {
        classified.what = meaning::gone;
    } else if (answer->status == 429 || answer->status == 503) {
        if (const std::string* value = answer->headers.find("Retry-After")) {
            classified.not_before = read_retry_after(*value, now);
        }
    }
    return classified;
}

}  // namespace vf::webhook_dispatcher
