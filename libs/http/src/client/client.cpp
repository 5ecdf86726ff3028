#include "vf/http/client.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <boost/asio/ssl/context.hpp>

#include "client/client_connection.hpp"
#include "client/connection_pool.hpp"
#include "client/name_lookup.hpp"
#include "net/serialise.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::http {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

using answer_or_error = result<client_response>;

constexpr std::array outcomes{
    "answered",
    "url_invalid",
    "egress_refused",
    "name_not_resolved",
    "resolver_unavailable",
    "lookups_busy",
    "connect_failed",
    "out_of_sockets",
    "tls_failed",
    "tls_unavailable",
    "timed_out",
    "connection_lost",
    "response_invalid",
};

struct client_metrics {
    explicit client_metrics(telemetry::registry& registry)
        : idle{registry.make_gauge("vf_http_client_idle_connections", "Connections kept for reuse")
          },
          opened{registry.make_counter("vf_http_client_connections_total", "Connections opened")},
          seconds{registry.make_histogram(
              "vf_http_client_seconds", "From send to the last byte of the answer",
              telemetry::latency_buckets()
          )} {
        for (const char* each : outcomes) {
            by_outcome.emplace(
                each, registry.make_counter(
                          "vf_http_client_requests_total", "Requests sent, by outcome",
                          {{"outcome", each}}
                      )
            );
        }
    }

    void count(std::string_view outcome) const {
        if (const auto found = by_outcome.find(outcome); found != by_outcome.end()) {
            found->second.increment();
        }
    }

    telemetry::gauge idle;
    telemetry::counter opened;
    telemetry::histogram seconds;
    std::map<std::string, telemetry::counter, std::less<>> by_outcome;
};

// What one request carries through its tries.
struct sending {
    url target;
    std::string bytes;
    response_limits limits;
    steady_clock::time_point deadline;
};

vf::duration time_left(steady_clock::time_point deadline) {
    return std::chrono::duration_cast<vf::duration>(deadline - steady_clock::now());
}

}  // namespace

struct client::state {
    state(runtime::loop& loop, const client_options& settings, telemetry::registry& metrics)
        : events{loop},
          options{settings},
          client_metrics{metrics},
          names{loop, settings.names, settings.policy.is_open(), metrics},
          pool{settings, client_metrics.idle} {
        prepare_tls();
    }

    void prepare_tls();

    static runtime::task<answer_or_error> send(std::shared_ptr<state> self, client_request request);
    static runtime::task<answer_or_error> send_from(
        std::shared_ptr<state> self, sending work, connection_pool::host& host
    );
    static runtime::task<result<std::shared_ptr<client_connection>>> open(
        std::shared_ptr<state> self, const sending& work
    );

    runtime::loop& events;
    client_options options;
    client_metrics client_metrics;
    std::string tls_fault;
    asio::ssl::context tls{asio::ssl::context::tls_client};
    name_lookup names;
    connection_pool pool;
};

void client::state::prepare_tls() {
    SSL_CTX* context = tls.native_handle();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    constexpr std::array<unsigned char, 9> http_1_1{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_CTX_set_alpn_protos(context, http_1_1.data(), http_1_1.size());
    boost::system::error_code failed;
    tls.set_verify_mode(asio::ssl::verify_peer, failed);
    if (!failed) {
        tls.set_default_verify_paths(failed);
    }
    if (!failed && !options.extra_ca_file.empty()) {
        tls.load_verify_file(options.extra_ca_file, failed);
    }
    if (failed) {
        tls_fault = fmt::format("certificates: {}", failed.message());
        telemetry::logger{"http"}.error("cannot verify peers", {{"detail", tls_fault}});
    }
}

client::client(runtime::loop& events, const client_options& options, telemetry::registry& metrics)
    : state_{std::make_shared<state>(events, options, metrics)} {}

client::~client() {
    state_->pool.close_all();
}

void client::close_idle() {
    state_->pool.close_all();
}

runtime::task<result<client_response>> client::send(client_request request) {
    auto self = state_;
    const auto began = steady_clock::now();
    auto answer = co_await state::send(self, std::move(request));
    const auto took = steady_clock::now() - began;
    if (answer) {
        answer->took = std::chrono::duration_cast<vf::duration>(took);
    }
    self->client_metrics.count(answer ? std::string_view{"answered"} : answer.error().code);
    self->client_metrics.seconds.observe(std::chrono::duration<double>{took}.count());
    co_return answer;
}

runtime::task<answer_or_error> client::state::send(
    std::shared_ptr<state> self, client_request request
) {
    sending work;
    work.deadline =
        steady_clock::now() + std::min<vf::duration>(request.limit, std::chrono::hours{24});
    auto target = url::parse(request.url);
    if (!target) {
        co_return forward(target);
    }
    auto may_go = self->options.policy.check_url(*target);
    if (!may_go) {
        co_return forward(may_go);
    }
    work.target = std::move(*target);
    work.limits = response_limits{
        self->options.header_bytes_max, request.body_kept, request.method == "HEAD"
    };
    write_request(
        work.bytes, request_line{request.method, work.target}, request.headers, request.body
    );

    const auto key = fmt::format(
        "{}://{}:{}", work.target.tls ? "https" : "http", work.target.host, work.target.port
    );
    auto& host = self->pool.join(key);
    auto answer = co_await send_from(self, std::move(work), host);
    self->pool.leave(host);
    co_return answer;
}

runtime::task<answer_or_error> client::state::send_from(
    std::shared_ptr<state> self, sending work, connection_pool::host& host
) {
    auto connection = self->pool.take(host);
    bool reused = connection != nullptr;
    while (true) {
        if (!connection) {
            auto opened = co_await open(self, work);
            if (!opened) {
                co_return forward(opened);
            }
            connection = std::move(*opened);
        }
        connection->set_deadline(work.deadline);
        auto answer = co_await connection->exchange(work.bytes, work.limits);
        if (answer && connection->reusable()) {
            self->pool.put(host, connection);
        } else {
            connection->close();
        }
        const bool stale = !answer && reused && !connection->has_received();
        if (!stale || connection->expired()) {
            if (answer) {
                answer->connection_reused = reused;
            }
            co_return answer;
        }
        connection.reset();
        reused = false;
    }
}

runtime::task<result<std::shared_ptr<client_connection>>> client::state::open(
    std::shared_ptr<state> self, const sending& work
) {
    const auto& target = work.target;
    const auto& policy = self->options.policy;
    if (target.tls && !self->tls_fault.empty()) {
        co_return fail(failure::transient, "tls_unavailable", self->tls_fault);
    }
    const auto left = time_left(work.deadline);
    auto addresses = co_await self->names.find(target.host, left);
    if (!addresses) {
        co_return forward(addresses);
    }
    auto may_go = policy.check_addresses(target, *addresses);
    if (!may_go) {
        co_return forward(may_go);
    }
    auto created = std::make_shared<client_connection>(self->events.context());
    created->set_deadline(work.deadline);
    self->client_metrics.opened.increment();
    auto connected = co_await created->connect(target, *addresses, self->tls);
    if (!connected) {
        created->close();
        co_return forward(connected);
    }
    co_return created;
}

}  // namespace vf::http
