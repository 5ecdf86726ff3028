// A name server of loopback, over UDP and TCP, that answers as the test says: well, badly, or not
// at all. It runs on its own thread.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "vf/http/name_options.hpp"

namespace vf::http::tests {

inline constexpr std::uint16_t type_a = 1;
inline constexpr std::uint16_t type_ns = 2;
inline constexpr std::uint16_t type_aaaa = 28;

struct dns_query {
    std::uint16_t id{0};
    std::string name;  // "." for the root
    std::uint16_t type{0};
    bool tcp{false};
    std::string question;  // as it came
};

// An answer to `query`, in the order in which the records are added.
class dns_reply {
public:
    explicit dns_reply(const dns_query& query) : query_{query} {}

    dns_reply& id(std::uint16_t other);
    dns_reply& code(unsigned rcode);  // 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED
    dns_reply& truncated();
    // IPv4 or IPv6, as the text is.
    dns_reply& address(std::string_view name, std::string_view text, std::uint32_t ttl = 60);
    dns_reply& alias(std::string_view name, std::string_view target, std::uint32_t ttl = 60);

    [[nodiscard]] std::string bytes() const;

private:
    void add(std::string_view name, std::uint16_t type, std::uint32_t ttl, std::string_view data);

    dns_query query_;
    unsigned flags_{0};
    std::uint16_t count_{0};
    std::string records_;
};

class dns_server {
public:
    // What is sent for a query, one datagram each; none is silence.
    using script = std::function<std::vector<std::string>(const dns_query&)>;

    explicit dns_server(
        script play, const std::string& address = "127.0.0.1", std::uint16_t port = 0
    );
    ~dns_server();
    dns_server(const dns_server&) = delete;
    dns_server& operator=(const dns_server&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }

    [[nodiscard]] name_server where() const;
    [[nodiscard]] std::vector<dns_query> queries() const;
    [[nodiscard]] std::size_t count(std::string_view name, std::uint16_t type = type_a) const;

private:
    void run();
    void answer_datagram();
    [[nodiscard]] bool answer_stream(int peer);
    [[nodiscard]] std::vector<std::string> answers_to(std::string_view bytes, bool tcp);

    script script_;
    std::string address_;
    std::uint16_t port_{0};
    int datagrams_{-1};
    int listener_{-1};
    int wake_[2]{-1, -1};
    mutable std::mutex mutex_;
    std::vector<dns_query> queries_;
    std::thread thread_;
};

// A and AAAA of one name, NXDOMAIN for all else, the root included: what a sound server does.
[[nodiscard]] std::vector<std::string> answer_with(
    const dns_query& query, std::string_view name, const std::vector<std::string>& addresses,
    std::uint32_t ttl = 60
);

}  // namespace vf::http::tests
