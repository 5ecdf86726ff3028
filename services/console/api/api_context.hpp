// What the handlers of the API work with, a request to them, and a row of a table of routes. All
// that a context refers to is owned by app and outlives every request. Loop thread.
#pragma once

#include <string>
#include <string_view>

#include "console/api/authenticate.hpp"
#include "console/api/replies.hpp"
#include "console/metrics.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/crypto/sealed_secret.hpp"
#include "vf/http/egress_policy.hpp"
#include "vf/http/message.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/mail/link_tokens.hpp"
#include "vf/postgres/health.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/task.hpp"

namespace vf::console {

struct api_context {
    postgres::pool& database;
    kafka::sink& sink;
    const vf::clock& clock;
    vf::random& random;
    const crypto::master_key& master;
    const http::egress_policy& egress;
    const console_metrics& metrics;
    std::string_view admin_token;
    const mail::link_keys& links;
    std::string_view public_url;  // of the gateway, without a slash at its end
    // Nothing: the database is taken to answer.
    const postgres::health* database_health{nullptr};
};

// Of somebody who may make it.
struct api_request {
    http::request http;
    principal caller;

    // The {name} in the pattern of the route.
    [[nodiscard]] const std::string& parameter(std::string_view name) const {
        return http.parameters.find(name)->second;
    }
};

using api_answer = runtime::task<api_result<http::response>>;
using handler = api_answer (*)(api_context&, api_request);

struct route {
    std::string_view method;
    std::string_view pattern;
    role needed;
    handler run;
};

}  // namespace vf::console
