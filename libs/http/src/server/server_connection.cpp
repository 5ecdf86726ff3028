#include "server/server_connection.hpp"

#include <algorithm>
#include <utility>

#include <fmt/ranges.h>
#include <boost/asio/error.hpp>

#include "server/redirect.hpp"
#include "server/target.hpp"

namespace vf::http {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t read_size = 4'096;

// How long a drain waits for the first request of a TLS connection that has just been opened.
constexpr vf::duration opening_limit_of_drain = std::chrono::seconds{1};

}  // namespace

server_connection::server_connection(
    std::shared_ptr<server_state> server_state, asio::ip::tcp::socket socket
)
    : server_{std::move(server_state)},
      transport_{std::move(socket), server_->tls.get()},
      peer_{transport_.peer()} {
    server_->live.push_back(this);
    server_->metrics.connections.add(1);
}

server_connection::~server_connection() {
    auto& live = server_->live;
    const auto mine = std::ranges::find(live, this);
    std::swap(*mine, live.back());
    live.pop_back();
    server_->metrics.connections.add(-1);
    --server_->connections;
}

void server_connection::enter(phase next, vf::duration limit) {
    phase_ = next;
    expired_ = false;
    deadline_ = steady_clock::now() + std::min<vf::duration>(limit, std::chrono::hours{24 * 365});
}

void server_connection::check_time(time_point now) {
    if (now < deadline_) {
        return;
    }
    if (phase_ == phase::handling) {
        deadline_ = time_point::max();
        abandon_handler();
    } else if (phase_ == phase::abandoned) {
        deadline_ = time_point::max();
        close();
    } else {
        // The deadline stays: what was ready at this very moment is not cancelled, and goes on.
        expired_ = true;
        transport_.cancel();
    }
}

void server_connection::see_drain() {
    if (phase_ == phase::idle || phase_ == phase::dropping) {
        transport_.cancel();
    } else if (phase_ == phase::opening) {
        deadline_ = std::min(deadline_, steady_clock::now() + opening_limit_of_drain);
    }
}

void server_connection::close() {
    transport_.close();
}

runtime::task<> server_connection::serve(std::shared_ptr<server_connection> self, bool overloaded) {
    self->overloaded_ = overloaded;
    bool go_on = true;
    if (self->transport_.is_tls()) {
        bool agreed = co_await self->shake_hands();
        go_on = agreed;
    }
    while (go_on) {
        bool more = co_await self->exchange();
        go_on = more;
    }
    if (self->input_left_) {
        co_await self->linger();
    }
    self->close();
}

runtime::task<bool> server_connection::shake_hands() {
    enter(phase::opening, server_->options.header_limit);
    if (server_->draining) {
        see_drain();
    }
    boost::system::error_code failed = asio::error::would_block;
    while (true) {
        transport_.shake_hands_now(failed);
        if (failed != asio::error::would_block) {
            break;
        }
        auto [cancelled] = co_await transport_.ready();
        if (cancelled || expired_) {
            failed = asio::error::operation_aborted;
            break;
        }
    }
    if (failed) {
        server_->metrics.count_fault("tls_failed");
    }
    co_return !failed;
}

runtime::task<bool> server_connection::exchange() {
    bool complete = co_await read_head();
    if (!complete) {
        co_return false;
    }
    began_ = steady_clock::now();
    auto head = parse_request_head(in_.bytes().substr(0, head_length_));
    in_.consume(head_length_);
    options_ = response_options{};
    if (!head) {
        fault found{400, "bad_request", std::move(head.error())};
        bool go_on = co_await refuse(std::move(found));
        co_return go_on;
    }
    if (overloaded_) {
        fault found{503, "overloaded", "There are too many connections."};
        bool go_on = co_await refuse(std::move(found));
        co_return go_on;
    }
    bool go_on = co_await answer_request(std::move(*head));
    co_return go_on;
}

runtime::task<bool> server_connection::read_head() {
    const auto& options = server_->options;
    const head_limits limits{options.header_bytes_max, options.header_count_max};
    head_scan scan;
    bool empty_line_skipped = false;
    if (!in_.empty()) {
        enter(phase::head, options.header_limit);
    } else if (!first_) {
        enter(phase::idle, options.idle_limit);
    } else if (phase_ != phase::opening) {
        enter(phase::idle, options.header_limit);
    }
    first_ = false;
    while (true) {
        // Some clients send an empty line after a body; one is forgiven.
        if (!empty_line_skipped && in_.bytes().starts_with("\r\n")) {
            in_.consume(2);
            empty_line_skipped = true;
        }
        // A lone CR may be the begin of that line.
        const bool may_scan = empty_line_skipped || in_.bytes() != "\r";
        const auto state = may_scan ? scan.advance(in_.bytes(), limits) : head_state::incomplete;
        if (state == head_state::complete) {
            head_length_ = scan.length();
            co_return true;
        }
        if (state != head_state::incomplete) {
            options_ = response_options{};
            const bool large = state == head_state::too_large;
            fault found{400, "bad_request", "The request head is malformed."};
            if (large) {
                found = fault{431, "headers_too_large", "The request head is too large."};
            }
            bool go_on = co_await refuse(std::move(found));
            co_return go_on;
        }
        auto got = co_await read_more();
        if (got == read_outcome::expired && !in_.empty()) {
            options_ = response_options{};
            fault found{408, "request_timeout", "The request head took too long."};
            bool go_on = co_await refuse(std::move(found));
            co_return go_on;
        }
        if (got != read_outcome::got) {
            co_return false;
        }
        if (phase_ == phase::idle || phase_ == phase::opening) {
            enter(phase::head, options.header_limit);
        }
    }
}

runtime::task<server_connection::read_outcome> server_connection::read_more() {
    if (phase_ == phase::idle && server_->draining) {
        co_return read_now() ? read_outcome::got : read_outcome::ended;
    }
    const auto room = in_.prepare(read_size);
    const asio::mutable_buffer buffer{room.data(), room.size()};
    auto [failed, count] = co_await transport_.read(buffer);
    in_.commit(count);
    if (expired_) {
        expired_ = false;
        co_return read_outcome::expired;
    }
    // Woken by a drain: a request may have come just before it.
    if (failed == asio::error::operation_aborted && phase_ == phase::idle && server_->draining) {
        co_return read_now() ? read_outcome::got : read_outcome::ended;
    }
    co_return failed ? read_outcome::ended : read_outcome::got;
}

bool server_connection::read_now() {
    boost::system::error_code failed;
    const auto room = in_.prepare(read_size);
    const asio::mutable_buffer buffer{room.data(), room.size()};
    const auto count = transport_.read_now(buffer, failed);
    in_.commit(failed ? 0 : count);
    return !failed;
}

runtime::task<bool> server_connection::answer_request(request_head head) {
    options_.is_http_1_1 = head.is_http_1_1;
    options_.to_head = head.method == "HEAD";
    auto frame = judge_framing(head);
    if (!frame) {
        fault found{400, "bad_request", std::move(frame.error())};
        bool go_on = co_await refuse(std::move(found));
        co_return go_on;
    }
    options_.close = !head.keep_alive;
    auto target = parse_target(head.target);
    if (!target) {
        fault found{400, "bad_request", "The request target is malformed."};
        bool go_on = co_await refuse(std::move(found));
        co_return go_on;
    }
    if (server_->options.redirect_to_https) {
        const auto from = target->raw_path.data() - head.target.data();
        head.target.erase(0, static_cast<std::size_t>(from));
        bool go_on = co_await redirect(std::move(head), *frame);
        co_return go_on;
    }
    auto found = server_->routes.find(head.method, target->raw_path);
    if (found.route == nullptr && options_.to_head && !found.allowed.empty()) {
        auto as_get = server_->routes.find("GET", target->raw_path);
        if (as_get.route != nullptr) {
            found = std::move(as_get);
        }
    }
    request request;
    request.method = std::move(head.method);
    request.path = std::move(target->path);
    request.query = std::move(target->query);
    request.headers = std::move(head.headers);
    request.peer = peer_;
    if (found.route == nullptr) {
        input_left_ = frame->has_body();
        options_.close = options_.close || input_left_;
        bool go_on = co_await answer_unmatched(std::move(request), std::move(found));
        co_return go_on;
    }
    request.parameters = std::move(found.parameters);
    bool go_on = co_await answer_route(*found.route, std::move(request), *frame);
    co_return go_on;
}

runtime::task<bool> server_connection::redirect(request_head head, framing frame) {
    const auto* host = head.headers.find("Host");
    auto location = https_location(
        host == nullptr ? std::string_view{} : *host, head.target,
        *server_->options.redirect_to_https
    );
    if (!location) {
        fault found{400, "bad_request", "The Host header names no host."};
        bool go_on = co_await refuse(std::move(found));
        co_return go_on;
    }
    auto answer = fault_response(fault{308, "https_required", "This API speaks HTTPS only."});
    answer.headers.add("Location", std::move(*location));
    answer.close = true;
    input_left_ = frame.has_body() || !in_.empty();
    bool go_on = co_await reply(std::move(answer));
    co_return go_on;
}

runtime::task<bool> server_connection::answer_unmatched(request request, router::match found) {
    auto& allowed = found.allowed;
    if (std::ranges::find(allowed, "GET") != allowed.end()) {
        allowed.emplace_back("HEAD");
    }
    const auto allow = fmt::format("{}", fmt::join(allowed, ", "));
    const auto& not_found = server_->routes.not_found();
    response answer;
    if (not_found) {
        if (!allowed.empty()) {
            request.parameters.emplace("allow", allow);
        }
        auto response = co_await not_found(std::move(request));
        answer = std::move(response);
    } else if (allowed.empty()) {
        answer = fault_response(fault{404, "not_found", "There is nothing at this path."});
    } else {
        answer =
            fault_response(fault{405, "method_not_allowed", "This path does not take that method."}
            );
    }
    if (!allowed.empty()) {
        answer.headers.add("Allow", allow);
    }
    bool go_on = co_await reply(std::move(answer));
    co_return go_on;
}

}  // namespace vf::http
