// The second half of an exchange: the body, the handler, the answer.
#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include "server/chunk_decoder.hpp"
#include "server/server_connection.hpp"

namespace vf::http {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t body_read_size = 64U << 10U;
// Bodies up to this are copied behind the head, so that both leave in one packet.
constexpr std::size_t inline_body_max = 16U << 10U;
constexpr std::size_t linger_bytes_max = 8U << 20U;
constexpr vf::duration linger_limit = std::chrono::seconds{2};

}  // namespace

runtime::task<bool> server_connection::read_body(
    framing frame, std::size_t limit, std::string& to
) {
    body_fault_.reset();
    auto got = read_outcome::got;
    if (!frame.chunked && frame.length > limit) {
        body_fault_ = fault{413, "payload_too_large", "The request body is too large."};
    } else {
        if (frame.expects_continue && in_.empty()) {
            std::string_view go_ahead = "HTTP/1.1 100 Continue\r\n\r\n";
            bool written = write_now(go_ahead);
            if (written && !go_ahead.empty()) {
                bool all = co_await write_rest(go_ahead);
                written = all;
            }
            if (!written) {
                co_return false;
            }
        }
        enter(phase::body, server_->options.body_limit);
        auto reading = frame.chunked ? read_chunks(limit, to) : read_sized(frame.length, to);
        auto outcome = co_await std::move(reading);
        got = outcome;
    }
    if (got == read_outcome::expired) {
        body_fault_ = fault{408, "request_timeout", "The request body took too long."};
    }
    if (body_fault_) {
        bool go_on = co_await refuse(std::move(*body_fault_));
        co_return go_on;
    }
    co_return got == read_outcome::got;
}

runtime::task<server_connection::read_outcome> server_connection::read_sized(
    std::uint64_t length, std::string& to
) {
    const auto there = static_cast<std::size_t>(std::min<std::uint64_t>(length, in_.size()));
    to.assign(in_.bytes().substr(0, there));
    in_.consume(there);
    while (to.size() < length) {
        // Memory follows the bytes that came, not the length that was announced.
        const std::size_t have = to.size();
        const std::size_t room = std::min<std::size_t>(
            static_cast<std::size_t>(length) - have, std::max(body_read_size, have)
        );
        to.resize(have + room);
        const asio::mutable_buffer buffer{to.data() + have, room};
        auto [failed, count] = co_await transport_.read(buffer);
        to.resize(have + count);
        if (expired_) {
            co_return read_outcome::expired;
        }
        if (failed) {
            co_return read_outcome::ended;
        }
    }
    co_return read_outcome::got;
}

runtime::task<server_connection::read_outcome> server_connection::read_chunks(
    std::size_t limit, std::string& to
) {
    chunk_decoder decoder{limit};
    while (true) {
        const auto [state, taken] = decoder.advance(in_.bytes(), to);
        in_.consume(taken);
        switch (state) {
            case chunk_decoder::state::complete:
                co_return read_outcome::got;
            case chunk_decoder::state::malformed:
                body_fault_ = fault{400, "bad_request", "The chunked body is malformed."};
                co_return read_outcome::got;
            case chunk_decoder::state::too_large:
                body_fault_ = fault{413, "payload_too_large", "The request body is too large."};
                co_return read_outcome::got;
            case chunk_decoder::state::incomplete:
                break;
        }
        auto got = co_await read_more();
        if (got != read_outcome::got) {
            co_return got;
        }
    }
}

runtime::task<bool> server_connection::handle(const route& route, request request) {
    enter(phase::handling, server_->options.handler_limit);
    response answer;
    std::string thrown;
    try {
        auto response = co_await route.handler(std::move(request));
        answer = std::move(response);
    } catch (const std::exception& caught) {
        thrown = caught.what();
        answer.status = 0;
    } catch (...) {
        answer.status = 0;
    }
    if (phase_ == phase::abandoned) {
        co_return false;
    }
    if (answer.status == 0) {
        server_->log.error("a handler failed", {{"route", route.pattern}, {"detail", thrown}});
        answer = fault_response(fault{500, "server_error", "Something went wrong on our side."});
    }
    bool go_on = co_await reply(std::move(answer));
    co_return go_on;
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
