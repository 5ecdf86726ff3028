#include "vfctl/run.hpp"

#include <cstdio>
#include <optional>
#include <string>

#include <fmt/core.h>

#include "vf/config/reader.hpp"
#include "vf/http/client.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/metrics.hpp"
#include "vfctl/render.hpp"

namespace vf::vfctl {

namespace {

struct settings {
    std::string console_url;
    std::string admin_token;
};

// Only what is vfctl's own: a shell that has read .run/env knows many names more.
config::environment own_environment() {
    config::environment environment;
    for (auto& [name, value] : config::process_environment()) {
        if (name.starts_with("VF_CONSOLE_URL") || name.starts_with("VF_ADMIN_TOKEN")) {
            environment.emplace(name, value);
        }
    }
    return environment;
}

std::optional<settings> read_settings() {
    config::reader reader{own_environment()};
    settings settings;
    settings.console_url =
        reader.text("VF_CONSOLE_URL", "http://127.0.0.1:8090", "Where the console API is served");
    settings.admin_token = reader.secret("VF_ADMIN_TOKEN", "Bearer token of the console API");
    if (const auto faults = reader.finish()) {
        fmt::print(stderr, "vfctl: the configuration has faults:\n{}\n", *faults);
        return std::nullopt;
    }
    while (settings.console_url.ends_with('/')) {
        settings.console_url.pop_back();
    }
    return settings;
}

http::client_request client_request_of(const settings& settings, api_request call) {
    http::client_request request;
    request.method = std::move(call.method);
    request.url = settings.console_url + call.target;
    request.headers.add("Authorization", "Bearer " + settings.admin_token);
    request.headers.add("Accept", "application/json");
    if (!call.body.empty()) {
        request.headers.add("Content-Type", "application/json");
    }
    request.body = std::move(call.body);
    request.limit = std::chrono::seconds{35};
    request.body_kept = std::size_t{256} << 20U;
    return request;
}

using answer = std::optional<result<http::client_response>>;

runtime::task<> send(http::client& client, http::client_request request, answer& received) {
    auto response = co_await client.send(std::move(request));
    received.emplace(std::move(response));
    client.close_idle();
}

result<http::client_response> send_now(http::client_request request) {
    telemetry::registry metrics;
    answer received;
    runtime::loop events;
    http::client_options options;
    options.policy = http::egress_policy::open();
    http::client client{events, options, metrics};
    runtime::task_group tasks{events.context()};
    tasks.spawn("request", send(client, std::move(request), received));
    while (!received && events.context().run_one() > 0) {
    }
    if (!received) {
        return fail(failure::transient, "no_answer");
    }
    return std::move(*received);
}

}  // namespace

int run(const invocation& invocation) {
    const auto settings = read_settings();
    if (!settings) {
        return exit_usage;
    }
    const auto answer =
        send_now(client_request_of(*settings, make_request(*invocation.chosen, invocation.values)));
    if (!answer) {
        const error& why = answer.error();
        fmt::print(stderr, "vfctl: {}: {} {}\n", settings->console_url, why.code, why.detail);
        return why.is_transient() ? exit_unreachable : exit_usage;
    }
    const bool accepted = answer->status >= 200 && answer->status < 300;
    if (invocation.json) {
        fmt::print("{}\n", answer->body);
    } else if (accepted) {
        fmt::print("{}", render(answer->body));
    }
    if (!accepted) {
        fmt::print(stderr, "vfctl: {} {}\n", answer->status, render_refusal(answer->body));
        return exit_refused;
    }
    return exit_done;
}

}  // namespace vf::vfctl
