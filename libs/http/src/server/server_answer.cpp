// The second half of an exchange: what judges the head, the handler, the answer.
#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include "server/server_connection.hpp"

namespace vf::http {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

// A single request of the API, read to its end and dropped.
constexpr std::size_t dropped_body_max = 256U << 10U;
// Bodies up to this are copied behind the head, so that both leave in one packet.
constexpr std::size_t inline_body_max = 16U << 10U;
constexpr std::size_t linger_bytes_max = 8U << 20U;
constexpr vf::duration linger_limit = std::chrono::seconds{2};

}  // namespace

template <class Value, class Start>
runtime::task<std::optional<Value>> server_connection::run(const route& route, Start start) {
    enter(phase::handling, server_->options.handler_limit);
    std::optional<Value> value;
    std::string thrown;
    try {
        auto returned = co_await start();
        value.emplace(std::move(returned));
    } catch (const std::exception& caught) {
        thrown = caught.what();
    } catch (...) {
        thrown = "not an exception";
    }
    if (!value && phase_ != phase::abandoned) {
        server_->log.error("a handler failed", {{"route", route.pattern}, {"detail", thrown}});
    }
    co_return value;
}

runtime::task<bool> server_connection::answer_route(
    const route& route, request request, framing frame
) {
    accepted_head accepted{{}, route.handler};
    if (route.on_head) {
        // Until it has been read.
        input_left_ = frame.has_body();
        auto judged = co_await run<head_result>(route, [&] { return route.on_head(request); });
        if (phase_ == phase::abandoned) {
            co_return false;
        }
        if (!judged) {
            judged.emplace(std::unexpected(failed_handler()));
        }
        if (!*judged) {
            bool go_on = co_await answer_unread(std::move(judged->error()), frame);
            co_return go_on;
        }
        input_left_ = false;
        accepted = std::move(**judged);
    }
    body_lease lease;
    const auto& bodies = accepted.bodies ? accepted.bodies : server_->options.bodies;
    if (bodies != nullptr && frame.has_body()) {
        lease = bodies->open(std::move(accepted.account));
    }
    if (frame.has_body() && !take_body(frame, route.body_limit, request, lease)) {
        bool complete = co_await read_body(frame, route.body_limit, request, lease);
        if (!complete) {
            co_return false;
        }
    }
    bool go_on = co_await answer_whole(
        route, std::move(accepted.handler), std::move(request), std::move(lease)
    );
    co_return go_on;
}

runtime::task<bool> server_connection::answer_whole(
    const route& route, handler handler, request request, body_lease lease
) {
    auto answer = co_await run<response>(route, [&] { return handler(std::move(request)); });
    // Not until the answer has been taken: whoever reads slowly would hold it.
    lease = body_lease{};
    if (phase_ == phase::abandoned) {
        co_return false;
    }
    bool go_on = co_await reply(answer ? std::move(*answer) : failed_handler());
    co_return go_on;
}

// A refusal whose body has not been read. What is short is read and dropped, so that a client who
// comes too often does not have to connect anew each time.
runtime::task<bool> server_connection::answer_unread(response answer, framing frame) {
    const bool drop = !frame.chunked && frame.length <= dropped_body_max && !frame.expects_continue;
    input_left_ = frame.has_body();
    options_.close = options_.close || (input_left_ && !drop);
    bool go_on = co_await reply(std::move(answer));
    if (!go_on || !input_left_) {
        co_return go_on;
    }
    bool dropped = co_await drop_body(frame.length);
    input_left_ = !dropped;
    co_return dropped;
}

response server_connection::failed_handler() {
    return fault_response(fault{500, "server_error", "Something went wrong on our side."});
}

void server_connection::abandon_handler() {
    auto answer = fault_response(fault{503, "handler_timeout", "The answer took too long."});
    options_.close = true;
    out_.clear();
    write_response_head(out_, answer, options_);
    if (has_body(answer, options_)) {
        out_.append(answer.body);
    }
    std::string_view rest = out_;
    // Best effort: a few hundred bytes nearly always fit, and nobody may wait here.
    static_cast<void>(write_now(rest));
    server_->metrics.count_answer(answer.status);
    transport_.end_sending();
    enter(phase::abandoned, linger_limit);
}

runtime::task<bool> server_connection::reply(response answer) {
    phase_ = phase::writing;
    deadline_ = time_point::max();
    options_.close = options_.close || answer.close || server_->draining;
    out_.clear();
    write_response_head(out_, answer, options_);
    std::string_view large_body;
    if (has_body(answer, options_)) {
        if (answer.body.size() <= inline_body_max) {
            out_.append(answer.body);
        } else {
            large_body = answer.body;
        }
    }
    bool written = true;
    for (std::string_view rest : {std::string_view{out_}, large_body}) {
        written = written && write_now(rest);
        if (written && !rest.empty()) {
            bool all = co_await write_rest(rest);
            written = all;
        }
    }
    server_->metrics.count_answer(answer.status);
    const std::chrono::duration<double> took = steady_clock::now() - began_;
    server_->metrics.seconds.observe(took.count());
    co_return written && !options_.close;
}

bool server_connection::write_now(std::string_view& rest) {
    while (!rest.empty()) {
        boost::system::error_code failed;
        const asio::const_buffer buffer{rest.data(), rest.size()};
        const auto count = transport_.write_now(buffer, failed);
        if (failed) {
            return failed == asio::error::would_block || failed == asio::error::try_again;
        }
        rest.remove_prefix(count);
    }
    return true;
}

runtime::task<bool> server_connection::write_rest(std::string_view rest) {
    enter(phase::writing, server_->options.body_limit);
    const asio::const_buffer buffer{rest.data(), rest.size()};
    auto [failed, count] = co_await transport_.write(buffer);
    co_return !failed && count == rest.size();
}

response server_connection::fault_response(const fault& found) {
    server_->metrics.count_fault(found.code);
    response answer;
    answer.status = found.status;
    answer.body = server_->fault_text(found.status, found.code, found.message);
    if (found.status == 503) {
        answer.headers.add("Retry-After", "1");
    }
    if (found.status == 415) {
        answer.headers.add("Accept-Encoding", "gzip");
    }
    return answer;
}

runtime::task<bool> server_connection::refuse(fault found) {
    input_left_ = true;
    options_.close = true;
    auto answer = fault_response(found);
    bool go_on = co_await reply(std::move(answer));
    co_return go_on;
}

// Closing a socket with unread input resets the connection, and the other side may lose our answer:
// what it still sends is read and dropped for a while.
runtime::task<> server_connection::linger() {
    transport_.end_sending();
    enter(phase::lingering, linger_limit);
    std::size_t dropped = 0;
    while (dropped < linger_bytes_max) {
        in_.consume(in_.size());
        auto got = co_await read_more();
        if (got != read_outcome::got) {
            co_return;
        }
        dropped += in_.size();
    }
}

}  // namespace vf::http
