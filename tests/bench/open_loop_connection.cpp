#include "open_loop_connection.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace vf::bench {

namespace {

constexpr std::size_t digits = 12;
constexpr std::size_t user_digits = 5;
constexpr std::uint64_t users = 50'000;

void write_number(std::string& into, std::size_t place, std::size_t width, std::uint64_t number) {
    for (std::size_t i = width; i-- > 0; number /= 10) {
        into[place + i] = static_cast<char>('0' + number % 10);
    }
}

// The event of tests/bench/post.lua: half a kilobyte.
std::string event_of(std::uint64_t user) {
    std::string number(user_digits, '0');
    write_number(number, 0, user_digits, user % users);
    std::string text = R"({"external_user_id":"user-)" + number +
                       R"(","name":"report_exported","properties":{"pages":14,"format":"pdf",)"
                       R"("title":"Quarterly report","tags":["finance","board","draft"],)"
                       R"("duration_ms":1840,"workspaceId":"ws_8123","source":"app",)"
                       R"("plan":"pro","locale":"en-GB",)"
                       R"("client":{"name":"web","version":"4.12.1"},"notes":")";
    for (int i = 0; i < 16; ++i) {
        text += "lorem ipsum ";
    }
    return text + R"("}})";
}

bool same_name(std::string_view line, std::string_view name) {
    return line.size() > name.size() &&
           std::equal(name.begin(), name.end(), line.begin(), [](char left, char right) {
               return left == (right >= 'A' && right <= 'Z' ? right + ('a' - 'A') : right);
           });
}

answer_kind kind_of(std::string_view head) {
    const auto status = head.substr(head.find(' ') + 1, 3);
    if (status.starts_with('2')) {
        return answer_kind::accepted;
    }
    if (status == "429") {
        return answer_kind::limited;
    }
    return status == "503" ? answer_kind::unavailable : answer_kind::other;
}

struct headers {
    std::size_t content_length{0};
    bool retry_after{false};
    bool closes{false};
};

headers headers_of(std::string_view head) {
    headers found;
    while (!head.empty()) {
        const auto line = head.substr(0, head.find("\r\n"));
        head.remove_prefix(std::min(head.size(), line.size() + 2));
        if (same_name(line, "content-length:")) {
            found.content_length = std::strtoul(line.data() + line.find(':') + 1, nullptr, 10);
        } else if (same_name(line, "retry-after:")) {
            found.retry_after = true;
        } else if (same_name(line, "connection:")) {
            found.closes = line.find("close") != std::string_view::npos;
        }
    }
    return found;
}

// The message of an error, as it stands in its JSON.
std::string reason_of(std::string_view body) {
    constexpr std::string_view before = R"("message":")";
    const auto found = body.find(before);
    if (found == std::string_view::npos) {
        return {};
    }
    body.remove_prefix(found + before.size());
    return std::string{body.substr(0, body.find_first_of("\"\\"))};
}

}  // namespace

prepared_requests::prepared_requests(const std::string& key, std::size_t batch) {
    if (batch == 0) {
        body_ = event_of(0);
        user_ = body_.find("user-") + 5;
    } else {
        body_ = R"({"events":[)";
        for (std::size_t i = 1; i <= batch; ++i) {
            body_ += (i == 1 ? "" : ",") + event_of(i * 131);
        }
        body_ += "]}";
    }
    // Keys of one run never meet those of another.
    const auto run = std::to_string(steady::now().time_since_epoch().count()) + "-" +
                     std::to_string(::getpid()) + "-";
    head_ = std::string{"POST /api/v1/events"} + (batch == 0 ? "" : "/batch") +
            " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            "Authorization: Bearer " +
            key + "\r\nContent-Length: " + std::to_string(body_.size()) +
            "\r\nIdempotency-Key: " + run;
    idempotency_key_ = head_.size();
    head_ += std::string(digits, '0') + "\r\n\r\n";
}

void prepared_requests::renumber(std::uint64_t number) {
    write_number(head_, idempotency_key_, digits, number);
    if (user_ != 0) {
        write_number(body_, user_, user_digits, number % users);
    }
}

void connection::open() {
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool connected =
        ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (!connected && errno != EINPROGRESS) {
        std::perror("open_loop: connect");
        std::exit(1);
    }
    opening_ = true;
}

void connection::close() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
    descriptor_ = -1;
    opening_ = false;
    number_ = 0;
    unwritten_.clear();
    received_.clear();
}

bool connection::becomes_idle() {
    return std::exchange(opening_, false);
}

void connection::start(steady::time_point due, std::uint64_t number) {
    due_ = due;
    number_ = number;
}

steady::time_point connection::finish() {
    number_ = 0;
    return due_;
}

bool connection::send(const std::string& head, const std::string& body) {
    std::array<iovec, 2> pieces{{
        {const_cast<char*>(head.data()), head.size()},
        {const_cast<char*>(body.data()), body.size()},
    }};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    const auto sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
        return false;
    }
    const auto done = static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
    if (done < head.size() + body.size()) {
        unwritten_ = (head + body).substr(done);
    }
    return true;
}

bool connection::write_on() {
    while (!unwritten_.empty()) {
        const auto sent = ::send(descriptor_, unwritten_.data(), unwritten_.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            return errno == EAGAIN;
        }
        unwritten_.erase(0, static_cast<std::size_t>(sent));
    }
    return true;
}

std::optional<answer> connection::read() {
    std::array<char, 4096> piece;
    for (;;) {
        const auto count = ::recv(descriptor_, piece.data(), piece.size(), 0);
        if (count < 0 && errno == EAGAIN) {
            return whole_answer();
        }
        if (count <= 0) {
            // An answer may be followed by the end of the connection.
            auto last = whole_answer();
            if (!last) {
                return answer{answer_kind::failed, true, true};
            }
            last->closes = true;
            return last;
        }
        received_.append(piece.data(), static_cast<std::size_t>(count));
        if (static_cast<std::size_t>(count) < piece.size()) {
            return whole_answer();
        }
    }
}

std::optional<answer> connection::whole_answer() {
    const auto end = received_.find("\r\n\r\n");
    if (end == std::string::npos) {
        return std::nullopt;
    }
    const std::string_view head{received_.data(), end};
    const auto found = headers_of(head);
    if (received_.size() < end + 4 + found.content_length) {
        return std::nullopt;
    }
    answer whole{kind_of(head), found.retry_after, found.closes};
    if (whole.kind != answer_kind::accepted) {
        whole.reason = reason_of(std::string_view{received_}.substr(end));
    }
    received_.clear();
    return whole;
}

}  // namespace vf::bench
