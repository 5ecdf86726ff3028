#include "raw_socket.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace vf::http::tests {

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// The socket interface takes every kind of address through one type.
const sockaddr* plain(const sockaddr_in& address) {
    return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

std::size_t body_length(const std::string& head) {
    const auto found = head.find("Content-Length: ");
    std::size_t length = 0;
    if (found != std::string::npos) {
        const char* digits = head.data() + found + std::strlen("Content-Length: ");
        std::from_chars(digits, head.data() + head.size(), length);
    }
    return length;
}

void check(bool good, const char* what) {
    if (!good) {
        throw std::runtime_error{what};
    }
}

}  // namespace

raw_answer take_answer(
    std::string& left, const std::function<std::optional<std::string>()>& more, bool to_head
) {
    raw_answer answer;
    while (true) {
        const auto end = left.find("\r\n\r\n");
        if (end != std::string::npos) {
            answer.head = left.substr(0, end + 4);
            const auto length = to_head ? 0 : body_length(answer.head);
            if (left.size() >= answer.head.size() + length) {
                answer.body = left.substr(answer.head.size(), length);
                left.erase(0, answer.head.size() + length);
                std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
                return answer;
            }
        }
        auto got = more();
        if (!got) {
            return raw_answer{};
        }
        left += *got;
    }
}

raw_socket::~raw_socket() {
    if (owned_ >= 0) {
        ::close(owned_);
    }
}

raw_socket raw_socket::connected_to(std::uint16_t port) {
    raw_socket raw_socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const auto address = loopback(port);
    check(::connect(raw_socket.owned_, plain(address), sizeof address) == 0, "connect");
    const int enabled = 1;
    ::setsockopt(raw_socket.owned_, IPPROTO_TCP, TCP_NODELAY, &enabled, sizeof enabled);
    return raw_socket;
}

bool raw_socket::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const auto count = ::send(owned_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

void raw_socket::finish_sending() const {
    ::shutdown(owned_, SHUT_WR);
}

void raw_socket::reset() {
    const linger now{1, 0};
    ::setsockopt(owned_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(std::exchange(owned_, -1));
}

std::optional<std::string> raw_socket::receive(int milliseconds) const {
    pollfd poll{owned_, POLLIN, 0};
    if (::poll(&poll, 1, milliseconds) != 1) {
        return std::nullopt;
    }
    std::array<char, 16'384> some{};
    const auto count = ::recv(owned_, some.data(), some.size(), 0);
    if (count <= 0) {
        return std::nullopt;
    }
    return std::string{some.data(), static_cast<std::size_t>(count)};
}

raw_answer raw_socket::read_answer(bool to_head) {
    return take_answer(left_, [this] { return receive(); }, to_head);
}

bool raw_socket::is_at_end() {
    return left_.empty() && !receive();
}

std::string raw_socket::read_request() {
    auto answer = read_answer();
    return answer.head + answer.body;
}

raw_listener::raw_listener() : owned_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    auto address = loopback(0);
    check(::bind(owned_, plain(address), sizeof address) == 0, "bind");
    check(::listen(owned_, 64) == 0, "listen");
    socklen_t size = sizeof address;
    void* raw = &address;
    check(::getsockname(owned_, static_cast<sockaddr*>(raw), &size) == 0, "getsockname");
    port_ = ntohs(address.sin_port);
}

raw_listener::~raw_listener() {
    ::close(owned_);
}

std::optional<raw_socket> raw_listener::accept() const {
    const int count = ::accept4(owned_, nullptr, nullptr, SOCK_CLOEXEC);
    if (count < 0) {
        return std::nullopt;
    }
    const int enabled = 1;
    ::setsockopt(count, IPPROTO_TCP, TCP_NODELAY, &enabled, sizeof enabled);
    return raw_socket{count};
}

void raw_listener::close() const {
    ::shutdown(owned_, SHUT_RDWR);
}

}  // namespace vf::http::tests
