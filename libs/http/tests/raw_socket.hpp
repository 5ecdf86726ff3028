// A blocking socket of loopback for tests: bytes in, bytes out, a time limit on each read.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vf::http::tests {

struct raw_answer {
    unsigned status{0};
    std::string head;
    std::string body;

    [[nodiscard]] bool has(std::string_view text) const {
        return head.find(text) != std::string::npos;
    }
};

// One answer by its Content-Length out of `left`, which is filled by `more`; status 0 when `more`
// has nothing before the answer is whole.
[[nodiscard]] raw_answer take_answer(
    std::string& left, const std::function<std::optional<std::string>()>& more, bool to_head
);

class raw_socket {
public:
    explicit raw_socket(int owned) : owned_{owned} {}

    ~raw_socket();

    raw_socket(raw_socket&& from) noexcept : owned_{std::exchange(from.owned_, -1)} {}

    raw_socket& operator=(raw_socket&&) = delete;

    [[nodiscard]] static raw_socket connected_to(std::uint16_t port);

    [[nodiscard]] int descriptor() const { return owned_; }

    // False once the other side has reset the connection.
    bool send(std::string_view bytes) const;
    void finish_sending() const;
    // Reset instead of an orderly end.
    void reset();

    // Nothing at the end, after a reset, or when nothing came for `milliseconds`.
    [[nodiscard]] std::optional<std::string> receive(int milliseconds = 5'000) const;
    // One answer by its Content-Length; status 0 when the connection ended before.
    [[nodiscard]] raw_answer read_answer(bool to_head = false);
    [[nodiscard]] bool is_at_end();
    // One request head and its body by Content-Length; empty at the end.
    [[nodiscard]] std::string read_request();

private:
    int owned_;
    std::string left_;
};

// A listener on a free port of 127.0.0.1.
class raw_listener {
public:
    raw_listener();
    ~raw_listener();
    raw_listener(const raw_listener&) = delete;
    raw_listener& operator=(const raw_listener&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }

    // Nothing after `close`.
    [[nodiscard]] std::optional<raw_socket> accept() const;
    void close() const;

private:
    int owned_;
    std::uint16_t port_{0};
};

}  // namespace vf::http::tests
