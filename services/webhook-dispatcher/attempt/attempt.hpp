// One attempt: what is sent, and what its answer makes of the delivery. Pure but for `attempt`,
// which sends. Loop thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/base/random.hpp"
#include "vf/crypto/sealed_secret.hpp"
#include "vf/http/client.hpp"
#include "vf/runtime/task.hpp"
#include "webhook-dispatcher/attempt/sign.hpp"
#include "webhook-dispatcher/delivery.hpp"

namespace vf::webhook_dispatcher {

// http::client, or what stands in for it. Errors are those of the client.
class sender {
public:
    virtual ~sender() = default;
    [[nodiscard]] virtual runtime::task<result<http::client_response>> send(
        http::client_request request
    ) = 0;
};

struct attempt_options {
    std::vector<duration> schedule;
    std::string signature_header;
};

// What an attempt works with, all owned by app and outliving it.
struct attempt_dependencies {
    sender& out;
    const crypto::master_key& key;
    const vf::clock& time;
    random& randomness;
    const attempt_options& options;
};

// Whether anything may be sent at all: an endpoint that is deleted is left alone, and one that
// said 410 too, except that a resend, which a person asked for, tries whether it is back.
[[nodiscard]] bool may_attempt(const leased_delivery& leased);

// What becomes of one that may not be attempted.
[[nodiscard]] outcome park(const leased_delivery& leased);

// What becomes of one that a fault of ours kept from being sent: it has as many attempts as before,
// and its endpoint is left alone for a moment, so that a fault does not make a storm.
[[nodiscard]] outcome put_off(const leased_delivery& leased, std::string why, instant now);

// Errors: data/secret_not_openable.
[[nodiscard]] result<signing_keys> open_keys(
    const crypto::master_key& key, const leased_delivery& leased, instant now
);

[[nodiscard]] http::client_request make_request(
    const leased_delivery& leased, const signing_keys& keys, instant now,
    std::string_view signature_header
);

struct attempted {
    result<http::client_response> answer;
    instant started_at{};
    instant ended_at{};
};

[[nodiscard]] outcome conclude(
    const leased_delivery& leased, const attempted& done, const std::vector<duration>& schedule,
    double fraction
);

[[nodiscard]] runtime::task<outcome> attempt(leased_delivery leased, attempt_dependencies deps);

}  // namespace vf::webhook_dispatcher
