#include "dns_server.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace vf::http::tests {

namespace {

constexpr std::size_t head_size = 12;
constexpr std::uint16_t class_internet = 1;
constexpr std::uint16_t type_cname = 5;

std::string big_endian(std::uint32_t value, int bytes) {
    std::string text;
    for (int left = bytes - 1; left >= 0; --left) {
        text.push_back(static_cast<char>((value >> (8 * left)) & 0xFFU));
    }
    return text;
}

std::uint16_t read_16(std::string_view bytes, std::size_t index) {
    return static_cast<std::uint16_t>(
        (static_cast<unsigned char>(bytes[index]) << 8U) |
        static_cast<unsigned char>(bytes[index + 1])
    );
}

std::string wire_name(std::string_view name) {
    std::string wire;
    while (!name.empty() && name != ".") {
        const auto label = name.substr(0, name.find('.'));
        wire.push_back(static_cast<char>(label.size()));
        wire += label;
        name.remove_prefix(std::min(label.size() + 1, name.size()));
    }
    wire.push_back('\0');
    return wire;
}

dns_query read_query(std::string_view bytes) {
    dns_query query;
    query.id = read_16(bytes, 0);
    std::size_t index = head_size;
    while (bytes[index] != '\0') {
        const auto size = static_cast<std::size_t>(bytes[index]);
        query.name += query.name.empty() ? "" : ".";
        query.name += bytes.substr(index + 1, size);
        index += size + 1;
    }
    std::ranges::transform(query.name, query.name.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    if (query.name.empty()) {
        query.name = ".";
    }
    query.type = read_16(bytes, index + 1);
    query.question = std::string{bytes.substr(head_size, index + 5 - head_size)};
    return query;
}

int bound_socket(int type, const std::string& address, std::uint16_t port) {
    const int owned = ::socket(AF_INET, type, 0);
    const int yes = 1;
    ::setsockopt(owned, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &where.sin_addr);
    if (::bind(owned, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
        ::close(owned);
        return -1;
    }
    return owned;
}

std::uint16_t port_of(int owned) {
    sockaddr_in where{};
    socklen_t size = sizeof where;
    ::getsockname(owned, reinterpret_cast<sockaddr*>(&where), &size);
    return ntohs(where.sin_port);
}

}  // namespace

dns_reply& dns_reply::id(std::uint16_t other) {
    query_.id = other;
    return *this;
}

dns_reply& dns_reply::code(unsigned rcode) {
    flags_ |= rcode;
    return *this;
}

dns_reply& dns_reply::truncated() {
    flags_ |= 0x0200U;
    return *this;
}

dns_reply& dns_reply::address(std::string_view name, std::string_view text, std::uint32_t ttl) {
    std::array<char, 16> data{};
    const bool v6 = text.find(':') != std::string_view::npos;
    ::inet_pton(v6 ? AF_INET6 : AF_INET, std::string{text}.c_str(), data.data());
    add(name, v6 ? type_aaaa : type_a, ttl, {data.data(), v6 ? 16U : 4U});
    return *this;
}

dns_reply& dns_reply::alias(std::string_view name, std::string_view target, std::uint32_t ttl) {
    add(name, type_cname, ttl, wire_name(target));
    return *this;
}

void dns_reply::add(
    std::string_view name, std::uint16_t type, std::uint32_t ttl, std::string_view data
) {
    records_ += wire_name(name) + big_endian(type, 2) + big_endian(class_internet, 2);
    records_ += big_endian(ttl, 4) + big_endian(static_cast<std::uint32_t>(data.size()), 2);
    records_ += data;
    ++count_;
}

std::string dns_reply::bytes() const {
    constexpr unsigned answered = 0x8180U;
    return big_endian(query_.id, 2) + big_endian(answered | flags_, 2) + big_endian(1, 2) +
           big_endian(count_, 2) + big_endian(0, 4) + query_.question + records_;
}

dns_server::dns_server(script play, const std::string& address, std::uint16_t port)
    : script_{std::move(play)}, address_{address} {
    // Both kinds on one port, which may be somebody else's for the second.
    for (int tries = 0; tries < 100 && listener_ < 0; ++tries) {
        datagrams_ = bound_socket(SOCK_DGRAM, address, port);
        port_ = port_of(datagrams_);
        listener_ = bound_socket(SOCK_STREAM, address, port_);
        if (listener_ < 0) {
            ::close(datagrams_);
        }
    }
    if (listener_ < 0 || ::listen(listener_, 16) != 0 || ::pipe(wake_) != 0) {
        throw std::runtime_error{"no port for a name server"};
    }
    thread_ = std::thread{[this] { run(); }};
}

dns_server::~dns_server() {
    ::close(wake_[1]);
    thread_.join();
    for (const int owned : {wake_[0], datagrams_, listener_}) {
        ::close(owned);
    }
}

name_server dns_server::where() const {
    return {*ip_address::parse(address_), port_};
}

std::vector<dns_query> dns_server::queries() const {
    const std::scoped_lock lock{mutex_};
    return queries_;
}

std::size_t dns_server::count(std::string_view name, std::uint16_t type) const {
    const std::scoped_lock lock{mutex_};
    return static_cast<std::size_t>(std::ranges::count_if(queries_, [&](const dns_query& each) {
        return each.name == name && each.type == type;
    }));
}

void dns_server::run() {
    std::vector<int> peers;
    while (true) {
        std::vector<pollfd> watched{
            {wake_[0], POLLIN, 0}, {datagrams_, POLLIN, 0}, {listener_, POLLIN, 0}
        };
        for (const int peer : peers) {
            watched.push_back({peer, POLLIN, 0});
        }
        ::poll(watched.data(), watched.size(), -1);
        if (watched[0].revents != 0) {
            break;
        }
        if (watched[1].revents != 0) {
            answer_datagram();
        }
        for (std::size_t index = 3; index < watched.size(); ++index) {
            if (watched[index].revents != 0 && !answer_stream(watched[index].fd)) {
                ::close(watched[index].fd);
                std::erase(peers, watched[index].fd);
            }
        }
        if (watched[2].revents != 0) {
            peers.push_back(::accept(listener_, nullptr, nullptr));
        }
    }
    for (const int peer : peers) {
        ::close(peer);
    }
}

void dns_server::answer_datagram() {
    std::array<char, 2'048> bytes{};
    sockaddr_in from{};
    socklen_t size = sizeof from;
    auto* const peer = reinterpret_cast<sockaddr*>(&from);
    const auto got = ::recvfrom(datagrams_, bytes.data(), bytes.size(), 0, peer, &size);
    if (got < static_cast<ssize_t>(head_size)) {
        return;
    }
    for (const auto& each : answers_to({bytes.data(), static_cast<std::size_t>(got)}, false)) {
        ::sendto(datagrams_, each.data(), each.size(), 0, peer, size);
    }
}

bool dns_server::answer_stream(int peer) {
    std::array<char, 2> head{};
    if (::recv(peer, head.data(), head.size(), MSG_WAITALL) != 2) {
        return false;
    }
    std::string bytes(read_16({head.data(), 2}, 0), '\0');
    const auto got = ::recv(peer, bytes.data(), bytes.size(), MSG_WAITALL);
    if (got != static_cast<ssize_t>(bytes.size()) || bytes.size() < head_size) {
        return false;
    }
    for (const auto& each : answers_to(bytes, true)) {
        const auto framed = big_endian(static_cast<std::uint32_t>(each.size()), 2) + each;
        ::send(peer, framed.data(), framed.size(), MSG_NOSIGNAL);
    }
    return true;
}

std::vector<std::string> dns_server::answers_to(std::string_view bytes, bool tcp) {
    auto query = read_query(bytes);
    query.tcp = tcp;
    {
        const std::scoped_lock lock{mutex_};
        queries_.push_back(query);
    }
    return script_(query);
}

std::vector<std::string> answer_with(
    const dns_query& query, std::string_view name, const std::vector<std::string>& addresses,
    std::uint32_t ttl
) {
    dns_reply reply{query};
    if (query.name != name) {
        return {reply.code(3).bytes()};
    }
    for (const auto& each : addresses) {
        const bool v6 = each.find(':') != std::string::npos;
        if (query.type == (v6 ? type_aaaa : type_a)) {
            reply.address(name, each, ttl);
        }
    }
    return {reply.bytes()};
}

}  // namespace vf::http::tests
