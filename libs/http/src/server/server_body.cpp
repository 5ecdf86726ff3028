// The body of a request, off the wire into its sink.
#include <algorithm>
#include <utility>

#include <boost/asio/buffer.hpp>

#include "net/ascii.hpp"
#include "server/chunk_decoder.hpp"
#include "server/server_connection.hpp"

namespace vf::http {

namespace asio = boost::asio;

namespace {

constexpr std::size_t body_read_size = 16U << 10U;

}  // namespace

bool server_connection::takes(body_sink::state state) {
    switch (state) {
        case body_sink::state::good:
            return true;
        case body_sink::state::malformed:
            body_fault_ = fault{400, "bad_request", "The gzip body is malformed."};
            break;
        case body_sink::state::too_large:
            body_fault_ = fault{413, "payload_too_large", "The request body is too large."};
            break;
        case body_sink::state::exhausted:
            body_fault_ =
                fault{503, "body_budget_exhausted", "Too much is being received, try again."};
            break;
    }
    return false;
}

bool server_connection::take_body(
    const framing& frame, std::size_t limit, request& request, body_lease& lease
) {
    if (frame.chunked || frame.length > in_.size() || frame.length > limit ||
        coding_of(request.headers) != content_coding::identity) {
        return false;
    }
    const auto length = static_cast<std::size_t>(frame.length);
    if (!lease.hold(length)) {
        return false;
    }
    request.body.assign(in_.bytes().substr(0, length));
    in_.consume(length);
    return true;
}

runtime::task<bool> server_connection::read_body(
    framing frame, std::size_t limit, request& request, body_lease& lease
) {
    body_fault_.reset();
    auto got = read_outcome::got;
    const auto coding = coding_of(request.headers);
    if (coding == content_coding::unsupported) {
        body_fault_ =
            fault{415, "unsupported_media_type", "The only Content-Encoding taken is gzip."};
    } else {
        body_sink to{limit, coding, lease, request.body};
        auto outcome = co_await read_all(frame, limit, to);
        got = outcome;
    }
    if (got == read_outcome::expired) {
        body_fault_ = fault{408, "request_timeout", "The request body took too long."};
    }
    if (body_fault_) {
        // Whoever does not take his refusal holds nothing.
        request.body = std::string{};
        lease = body_lease{};
        bool go_on = co_await refuse(std::move(*body_fault_));
        co_return go_on;
    }
    if (coding != content_coding::identity) {
        std::erase_if(request.headers.all, [](const header& each) {
            return equal_ignoring_case(each.name, "Content-Encoding");
        });
    }
    co_return got == read_outcome::got;
}

runtime::task<server_connection::read_outcome> server_connection::read_all(
    framing frame, std::size_t limit, body_sink& to
) {
    const auto length = frame.chunked ? std::nullopt : std::optional{frame.length};
    if (!takes(to.open(length))) {
        co_return read_outcome::got;
    }
    if (frame.expects_continue && in_.empty()) {
        bool sent = co_await send_continue();
        if (!sent) {
            co_return read_outcome::ended;
        }
    }
    enter(phase::body, server_->options.body_limit);
    auto reading = frame.chunked ? read_chunks(limit, to) : read_sized(frame.length, to);
    auto got = co_await std::move(reading);
    if (got == read_outcome::got && !body_fault_) {
        static_cast<void>(takes(to.finish()));
    }
    co_return got;
}

runtime::task<bool> server_connection::send_continue() {
    std::string_view go_ahead = "HTTP/1.1 100 Continue\r\n\r\n";
    bool written = write_now(go_ahead);
    if (written && !go_ahead.empty()) {
        bool all = co_await write_rest(go_ahead);
        written = all;
    }
    co_return written;
}

// What has come already of the bytes that are left; false when they may not be taken.
bool server_connection::take_buffered(std::size_t& left, body_sink& to) {
    const auto have = std::min(left, in_.size());
    const bool taken = takes(to.append(in_.bytes().substr(0, have)));
    in_.consume(have);
    left -= have;
    return taken;
}

runtime::task<server_connection::read_outcome> server_connection::read_sized(
    std::uint64_t length, body_sink& to
) {
    auto left = static_cast<std::size_t>(length);
    bool good = take_buffered(left, to);
    if (good && left == length && left > 0) {
        // Until something comes there is no memory for it.
        auto got = co_await read_more();
        if (got != read_outcome::got) {
            co_return got;
        }
        good = take_buffered(left, to);
    }
    while (good && left > 0) {
        // Memory follows the bytes that came, not the length that was announced.
        const auto have = static_cast<std::size_t>(length) - left;
        const auto space = to.prepare(std::min(left, std::max(body_read_size, have)));
        if (!space) {
            static_cast<void>(takes(space.error()));
            break;
        }
        const asio::mutable_buffer buffer{space->data(), space->size()};
        auto [failed, count] = co_await transport_.read(buffer);
        left -= count;
        good = takes(to.commit(count));
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
    std::size_t limit, body_sink& to
) {
    chunk_decoder decoder{limit};
    std::string data;
    while (true) {
        data.clear();
        const auto [state, taken] = decoder.advance(in_.bytes(), data);
        in_.consume(taken);
        if (state == chunk_decoder::state::malformed) {
            body_fault_ = fault{400, "bad_request", "The chunked body is malformed."};
            co_return read_outcome::got;
        }
        if (state == chunk_decoder::state::too_large) {
            static_cast<void>(takes(body_sink::state::too_large));
            co_return read_outcome::got;
        }
        if (!takes(to.append(data)) || state == chunk_decoder::state::complete) {
            co_return read_outcome::got;
        }
        auto got = co_await read_more();
        if (got != read_outcome::got) {
            co_return got;
        }
    }
}

// Of a request that has been answered: what is left of it goes before the next one.
runtime::task<bool> server_connection::drop_body(std::uint64_t length) {
    enter(phase::dropping, server_->options.body_limit);
    while (true) {
        const auto there = static_cast<std::size_t>(std::min<std::uint64_t>(length, in_.size()));
        in_.consume(there);
        length -= there;
        if (length == 0) {
            co_return true;
        }
        if (server_->draining) {
            co_return false;
        }
        auto got = co_await read_more();
        if (got != read_outcome::got) {
            co_return false;
        }
    }
}

}  // namespace vf::http
