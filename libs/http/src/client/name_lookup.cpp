#include "client/name_lookup.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <fmt/format.h>

namespace vf::http {

namespace {

constexpr std::size_t lookup_threads = 4;

using addresses = std::vector<ip_address>;

std::optional<ip_address> address_of(const sockaddr& address) {
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        ip_address ip_address;
        std::copy_n(v6.sin6_addr.s6_addr, ip_address.bytes.size(), ip_address.bytes.begin());
        return ip_address;
    }
    if (address.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        auto new_address = ip_address::parse("0.0.0.0");
        std::memcpy(new_address->bytes.data() + 12, &v4.sin_addr.s_addr, 4);
        return new_address;
    }
    return std::nullopt;
}

// Blocks.
result<addresses> ask_system(const std::string& name) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* first = nullptr;
    const int failed = ::getaddrinfo(name.c_str(), nullptr, &hints, &first);
    if (failed != 0) {
        auto detail = fmt::format("{}: {}", name, ::gai_strerror(failed));
        return fail(failure::transient, "name_not_resolved", std::move(detail));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned{first, &::freeaddrinfo};
    addresses found;
    for (const addrinfo* each = first; each != nullptr; each = each->ai_next) {
        const auto address = address_of(*each->ai_addr);
        if (address && std::ranges::find(found, *address) == found.end()) {
            found.push_back(*address);
        }
    }
    if (found.empty()) {
        return fail(failure::transient, "name_not_resolved", name + ": no address");
    }
    return found;
}

}  // namespace

struct name_lookup::pending {
    explicit pending(runtime::loop& events) : done{events.context()} {}

    runtime::signal done;
    result<addresses> found;
};

name_lookup::name_lookup(runtime::loop& events)
    : events_{events}, tasks_{events.context()}, threads_{lookup_threads} {}

runtime::task<result<addresses>> name_lookup::find(
    std::string host, bool with_search, vf::duration limit
) {
    if (host == "localhost") {
        co_return addresses{*ip_address::parse("127.0.0.1")};
    }
    if (auto literal = ip_address::parse(host)) {
        co_return addresses{*literal};
    }
    if (!with_search) {
        host.push_back('.');
    }
    auto& slot = pending_[host];
    if (!slot) {
        slot = std::make_shared<pending>(events_);
        tasks_.spawn("look_up", look_up(host, slot));
    }
    auto answer = slot;
    bool in_time = co_await answer->done.wait_for(limit);
    if (!in_time) {
        co_return fail(failure::transient, "timed_out", "name look-up");
    }
    co_return answer->found;
}

runtime::task<> name_lookup::look_up(std::string name, std::shared_ptr<pending> pending) {
    auto work = [name] { return ask_system(name); };
    auto found = co_await threads_.run(work);
    pending->found = std::move(found);
    pending_.erase(name);
    pending->done.raise();
}

}  // namespace vf::http
