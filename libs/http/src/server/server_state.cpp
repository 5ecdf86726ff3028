#include "server/server_state.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "server/server_connection.hpp"
#include "vf/json/writer.hpp"

namespace vf::http {

namespace asio = boost::asio;

namespace {

// Beyond the limit of connections so many more are answered 503; the rest is closed at once.
constexpr std::size_t refused_at_once_max = 256;

constexpr std::array fault_codes{
    "bad_request",           "not_found",         "method_not_allowed", "request_timeout",
    "payload_too_large",     "headers_too_large", "overloaded",         "handler_timeout",
    "server_error",          "https_required",    "tls_failed",         "unsupported_media_type",
    "body_budget_exhausted",
};

}  // namespace

server_metrics::server_metrics(telemetry::registry& registry, const std::string& listener)
    : connections{registry.make_gauge(
          "vf_http_connections", "Open connections of a listener", {{"listener", listener}}
      )},
      seconds{registry.make_histogram(
          "vf_http_request_seconds", "From the last byte of a request head to the answer",
          telemetry::latency_buckets(), {{"listener", listener}}
      )} {
    for (char digit = '1'; digit <= '5'; ++digit) {
        answers_.push_back(registry.make_counter(
            "vf_http_requests_total", "Requests by the class of their answer",
            {{"listener", listener}, {"status", fmt::format("{}xx", digit)}}
        ));
    }
    for (const char* code : fault_codes) {
        faults_.emplace(
            code,
            registry.make_counter(
                "vf_http_faults_total", "Requests and TLS handshakes the listener refused itself",
                {{"listener", listener}, {"code", code}}
            )
        );
    }
}

void server_metrics::count_answer(unsigned status) const {
    const std::size_t kind = status / 100;
    if (kind >= 1 && kind <= answers_.size()) {
        answers_[kind - 1].increment();
    }
}

void server_metrics::count_fault(std::string_view code) const {
    if (const auto found = faults_.find(code); found != faults_.end()) {
        found->second.increment();
    }
}

server_state::server_state(
    runtime::loop& events, const server_options& server_options, const router& router,
    telemetry::registry& registry
)
    : options{server_options},
      routes{router},
      metrics{registry, options.name},
      acceptor{events.context()},
      sweep_timer{events.context()},
      tasks{events.context()},
      exchanges{events.context()} {}

void server_state::admit(asio::ip::tcp::socket socket) {
    const bool overloaded = live.size() >= options.connections_max;
    if (ended || (overloaded && live.size() >= options.connections_max + refused_at_once_max)) {
        metrics.count_fault("overloaded");
        --connections;
        return;
    }
    auto connection = std::make_shared<server_connection>(shared_from_this(), std::move(socket));
    exchanges.spawn("connection", server_connection::serve(std::move(connection), overloaded));
}

void server_state::admit_waiting() {
    boost::system::error_code failed;
    acceptor.non_blocking(true, failed);
    while (!failed) {
        asio::ip::tcp::socket socket{acceptor.get_executor()};
        acceptor.accept(socket, failed);
        if (!failed) {
            ++connections;
            admit(std::move(socket));
        }
    }
}

void server_state::close_all() {
    for (auto* each : live) {
        each->close();
    }
}

std::string server_state::fault_text(
    unsigned status, std::string_view code, std::string_view message
) const {
    if (options.fault_body) {
        return options.fault_body(status, code, message);
    }
    json::writer out;
    out.begin_object().key("error").begin_object();
    out.member("code", code).member("message", message);
    out.end_object().end_object();
    return std::move(out).take();
}

}  // namespace vf::http
