#include "vf/http/admin_listener.hpp"

#include <utility>

#include "vf/base/text.hpp"
#include "vf/json/writer.hpp"

namespace vf::http {

namespace {

constexpr std::size_t no_body = 0;

server_options listener_options(std::string host, std::uint16_t port) {
    server_options options;
    options.host = std::move(host);
    options.port = port;
    options.connections_max = 256;
    options.name = "admin";
    return options;
}

response alive() {
    response answer;
    answer.body = R"({"live":true})";
    return answer;
}

response readiness(const std::vector<condition>& conditions) {
    response answer;
    json::writer out;
    bool ready = true;
    json::writer missing;
    json::writer causes;
    missing.begin_array();
    causes.begin_object();
    for (const auto& each : conditions) {
        if (each.holds) {
            continue;
        }
        ready = false;
        missing.string(each.name);
        if (!each.why.empty()) {
            // What a database says need not be UTF-8.
            causes.member(each.name, is_utf8(each.why) ? each.why : to_base64(each.why));
        }
    }
    missing.end_array();
    causes.end_object();
    out.begin_object().member("ready", ready);
    if (!ready) {
        out.key("waiting_for").raw(std::move(missing).take());
        out.key("because").raw(std::move(causes).take());
        answer.status = 503;
    }
    out.end_object();
    answer.body = std::move(out).take();
    return answer;
}

response exposition(const telemetry::registry& metrics) {
    response answer;
    answer.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    answer.body = metrics.expose();
    return answer;
}

runtime::task<response> at_once(response answer) {
    co_return answer;
}

}  // namespace

admin_listener::admin_listener(
    runtime::loop& events, std::string host, std::uint16_t port, telemetry::registry& metrics,
    std::function<std::vector<condition>()> conditions
)
    : server_{events, listener_options(std::move(host), port), routes_, metrics} {
    routes_.add({"GET", "/livez", no_body, [](const request&) { return at_once(alive()); }});
    routes_.add({"GET", "/readyz", no_body, [ask = std::move(conditions)](const request&) {
                     return at_once(readiness(ask()));
                 }});
    routes_.add({"GET", "/metrics", no_body, [&metrics](const request&) {
                     return at_once(exposition(metrics));
                 }});
}

result<void> admin_listener::start() {
    return server_.start();
}

std::uint16_t admin_listener::port() const {
    return server_.port();
}

runtime::task<bool> admin_listener::drain(vf::duration limit) {
    return server_.drain(limit);
}

}  // namespace vf::http
