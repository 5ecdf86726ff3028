// What the open-loop client sends and one keep-alive connection to send it on. Included by
// open_loop.cpp alone; its one thread. A connection never blocks and reports no errors but that it
// is lost: whoever reads its answers counts them.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vf::bench {

using steady = std::chrono::steady_clock;

enum class answer_kind : std::uint8_t { accepted, limited, unavailable, other, failed, timed_out };

struct answer {
    answer_kind kind;
    bool retry_after;
    bool closes;
    std::string reason{};  // of any answer but 2xx, as its body gives it
};

// One request, made once; what differs from one to the next is written over in place.
class prepared_requests {
public:
    prepared_requests(const std::string& key, std::size_t batch);

    void renumber(std::uint64_t number);

    [[nodiscard]] const std::string& head() const { return head_; }

    [[nodiscard]] const std::string& body() const { return body_; }

private:
    std::string head_;
    std::string body_;
    std::size_t idempotency_key_{0};  // where its number is in the head
    std::size_t user_{0};             // where its number is in the body; 0: a batch, the same users
};

class connection {
public:
    explicit connection(std::uint16_t port) : port_{port} {}

    connection(connection&& from) noexcept = default;
    connection& operator=(connection&& from) = delete;

    void open();
    void close();

    [[nodiscard]] int descriptor() const { return descriptor_; }

    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

    [[nodiscard]] bool busy() const { return number_ != 0; }

    [[nodiscard]] bool carries(std::uint64_t number) const { return number_ == number; }

    // True once, when it has been opened and can take its first request.
    [[nodiscard]] bool becomes_idle();

    void start(steady::time_point due, std::uint64_t number);
    // When the request was due.
    steady::time_point finish();
    // False: lost.
    [[nodiscard]] bool send(const std::string& head, const std::string& body);
    [[nodiscard]] bool write_on();
    // Nothing: the answer is not whole yet. A connection that has been closed answers `failed`.
    [[nodiscard]] std::optional<answer> read();

private:
    [[nodiscard]] std::optional<answer> whole_answer();

    std::uint16_t port_;
    int descriptor_{-1};
    bool opening_{false};
    std::uint64_t number_{0};  // of the request in flight; 0: none
    steady::time_point due_;
    std::string unwritten_;
    std::string received_;
};

}  // namespace vf::bench
