#include "client/dns_channel.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

// What newer releases call deprecated is what all of ours have.
#define CARES_NO_DEPRECATED
#include <ares.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <fmt/format.h>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "vf/base/assert.hpp"

namespace vf::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr int class_internet = 1;
constexpr int type_name_server = 2;
// Of each server, the second try with twice the patience.
constexpr int tries = 2;
constexpr int patience_parts = 3;

std::optional<ip_address> address_of(const sockaddr& address) {
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        ip_address read;
        std::copy_n(v6.sin6_addr.s6_addr, read.bytes.size(), read.bytes.begin());
        return read;
    }
    if (address.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        auto read = ip_address::parse("0.0.0.0");
        std::memcpy(read->bytes.data() + 12, &v4.sin_addr.s_addr, 4);
        return read;
    }
    return std::nullopt;
}

dns_answer::kind kind_of(int status) {
    switch (status) {
        case ARES_SUCCESS:
            return dns_answer::kind::found;
        case ARES_ENODATA:
        case ARES_ENOTFOUND:
        case ARES_EBADNAME:
            return dns_answer::kind::absent;
        case ARES_ETIMEOUT:
            return dns_answer::kind::timed_out;
        default:
            return dns_answer::kind::failed;
    }
}

dns_answer read_record(int status) {
    dns_answer answer;
    answer.what = kind_of(status);
    answer.from_servers = status != ARES_EBADNAME;
    answer.detail = ::ares_strerror(status);
    return answer;
}

// Consumes `found`, which may be null.
dns_answer read_answer(int status, ares_addrinfo* found) {
    const std::unique_ptr<ares_addrinfo, decltype(&::ares_freeaddrinfo)> owned{
        found, &::ares_freeaddrinfo
    };
    auto answer = read_record(status);
    if (status != ARES_SUCCESS || found == nullptr) {
        return answer;
    }
    // An alias is good for no longer than each of its links.
    int ttl = std::numeric_limits<int>::max();
    for (const auto* each = found->cnames; each != nullptr; each = each->next) {
        ttl = std::min(ttl, each->ttl);
    }
    for (const auto* each = found->nodes; each != nullptr; each = each->ai_next) {
        const auto address = address_of(*each->ai_addr);
        if (address && std::ranges::find(answer.addresses, *address) == answer.addresses.end()) {
            answer.addresses.push_back(*address);
            ttl = std::min(ttl, each->ai_ttl);
        }
    }
    answer.ttl = std::chrono::seconds{std::max(ttl, 0)};
    if (answer.addresses.empty()) {
        answer.what = dns_answer::kind::absent;
        answer.detail = "no address";
    }
    return answer;
}

std::string list_of(const std::vector<name_server>& servers) {
    std::string list;
    for (const auto& each : servers) {
        const auto text = each.address.text();
        const char* const form = each.address.is_v4() ? "{}:{}" : "[{}]:{}";
        list += list.empty() ? "" : ",";
        list += fmt::format(fmt::runtime(form), text, each.port);
    }
    return list;
}

std::unexpected<error> invalid(int status) {
    return fail(failure::permanent, "name_servers_invalid", ::ares_strerror(status));
}

}  // namespace

struct dns_channel::watched_socket {
    watched_socket(asio::io_context& context, int owned_by_ares)
        : descriptor{context, owned_by_ares}, number{owned_by_ares} {}

    asio::posix::stream_descriptor descriptor;
    int number;
    bool wants_read{false};
    bool wants_write{false};
    bool awaits_read{false};
    bool awaits_write{false};
    bool closed{false};
};

struct dns_channel::question {
    dns_channel* channel;
    callback done;

    // Consumes `arg`.
    static void finish(void* arg, dns_answer answer) {
        const std::unique_ptr<question> self{static_cast<question*>(arg)};
        --self->channel->running_;
        self->done(std::move(answer));
    }

    static void on_addresses(void* arg, int status, int, ares_addrinfo* found) {
        finish(arg, read_answer(status, found));
    }

    static void on_record(void* arg, int status, int, unsigned char*, int) {
        finish(arg, read_record(status));
    }
};

result<std::shared_ptr<dns_channel>> dns_channel::create(
    asio::io_context& context, const name_options& options, bool with_search
) {
    auto channel = std::make_shared<dns_channel>(context);
    auto opened = channel->open(options, with_search);
    if (!opened) {
        return forward(opened);
    }
    return channel;
}

dns_channel::dns_channel(asio::io_context& context) : context_{context}, timer_{context} {}

dns_channel::~dns_channel() {
    if (servers_ != nullptr) {
        ::ares_destroy(servers_);
    }
    if (hosts_ != nullptr) {
        ::ares_destroy(hosts_);
    }
}

result<void> dns_channel::open(const name_options& options, bool with_search) {
    static const int ready = ::ares_library_init(ARES_LIB_INIT_ALL);
    if (ready != ARES_SUCCESS) {
        return invalid(ready);
    }
    std::string from_servers{"b"}, from_file{"f"}, path{options.resolv_conf};
    ares_options settings{};
    settings.flags = ARES_FLAG_NOALIASES | (with_search ? 0 : ARES_FLAG_NOSEARCH);
    const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(options.limit);
    settings.timeout = std::max(static_cast<int>(limit.count()) / patience_parts, 1);
    settings.tries = tries;
    settings.lookups = from_servers.data();
    settings.resolvconf_path = path.data();
    settings.udp_port = options.resolv_conf_port;
    settings.tcp_port = options.resolv_conf_port;
    settings.sock_state_cb = [](void* self, ares_socket_t descriptor, int readable, int writable) {
        static_cast<dns_channel*>(self)->watch(descriptor, readable != 0, writable != 0);
    };
    settings.sock_state_cb_data = this;
    int which = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
                ARES_OPT_RESOLVCONF | ARES_OPT_UDP_PORT | ARES_OPT_TCP_PORT |
                ARES_OPT_SOCK_STATE_CB | ARES_OPT_NOROTATE;
    if (!with_search) {
        which |= ARES_OPT_DOMAINS;  // none
    }
#ifdef ARES_OPT_QUERY_CACHE
    // None beyond the second in which an answer came: ours is the cache.
    which |= ARES_OPT_QUERY_CACHE;
#endif
    int status = ::ares_init_options(&servers_, &settings, which);
    if (status == ARES_SUCCESS && !options.servers.empty()) {
        status = ::ares_set_servers_ports_csv(servers_, list_of(options.servers).c_str());
    }
    if (status == ARES_SUCCESS) {
        ares_options file{};
        file.flags = ARES_FLAG_NOALIASES;
        file.lookups = from_file.data();
        status = ::ares_init_options(&hosts_, &file, ARES_OPT_FLAGS | ARES_OPT_LOOKUPS);
    }
    return status == ARES_SUCCESS ? result<void>{} : invalid(status);
}

dns_channel::question* dns_channel::begin(callback done) {
    ++running_;
    return std::make_unique<question>(this, std::move(done)).release();
}

void dns_channel::query(const std::string& name, address_family family, callback done) {
    ares_addrinfo_hints hints{};
    hints.ai_family = family == address_family::v4 ? AF_INET : AF_INET6;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = ARES_AI_NOSORT;
    ::ares_getaddrinfo(
        servers_, name.c_str(), nullptr, &hints, question::on_addresses, begin(std::move(done))
    );
    arm_timer();
}

void dns_channel::query_root(callback done) {
    ::ares_query(
        servers_, ".", class_internet, type_name_server, question::on_record, begin(std::move(done))
    );
    arm_timer();
}

std::vector<ip_address> dns_channel::find_in_hosts(const std::string& name) {
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = ARES_AI_NOSORT;
    std::vector<ip_address> found;
    // A file is read at once: the callback has run when the call returns.
    const auto keep = [&found](dns_answer answer) { found = std::move(answer.addresses); };
    const auto before = running_;
    ::ares_getaddrinfo(hosts_, name.c_str(), nullptr, &hints, question::on_addresses, begin(keep));
    VF_ASSERT(running_ == before);
    return found;
}

void dns_channel::watch(int descriptor, bool readable, bool writable) {
    auto slot = sockets_.find(descriptor);
    if (!readable && !writable) {
        if (slot != sockets_.end()) {
            // c-ares closes it.
            slot->second->closed = true;
            slot->second->descriptor.release();
            sockets_.erase(slot);
        }
        return;
    }
    if (slot == sockets_.end()) {
        auto socket = std::make_shared<watched_socket>(context_, descriptor);
        slot = sockets_.emplace(descriptor, std::move(socket)).first;
    }
    slot->second->wants_read = readable;
    slot->second->wants_write = writable;
    arm(slot->second);
}

void dns_channel::arm(const std::shared_ptr<watched_socket>& socket) {
    using wait = asio::posix::descriptor_base;
    if (socket->wants_read && !socket->awaits_read) {
        socket->awaits_read = true;
        socket->descriptor.async_wait(
            wait::wait_read,
            [weak = weak_from_this(), socket](error_code failed) {
                socket->awaits_read = false;
                const auto self = weak.lock();
                if (self && !failed && !socket->closed) {
                    self->process(socket->number, ARES_SOCKET_BAD);
                }
                if (self && !socket->closed) {
                    self->arm(socket);
                }
            }
        );
    }
    if (socket->wants_write && !socket->awaits_write) {
        socket->awaits_write = true;
        socket->descriptor.async_wait(
            wait::wait_write,
            [weak = weak_from_this(), socket](error_code failed) {
                socket->awaits_write = false;
                const auto self = weak.lock();
                if (self && !failed && !socket->closed) {
                    self->process(ARES_SOCKET_BAD, socket->number);
                }
                if (self && !socket->closed) {
                    self->arm(socket);
                }
            }
        );
    }
}

void dns_channel::process(int readable, int writable) {
    ::ares_process_fd(servers_, readable, writable);
    arm_timer();
}

void dns_channel::arm_timer() {
    timeval storage{};
    const timeval* left = ::ares_timeout(servers_, nullptr, &storage);
    if (left == nullptr) {
        timer_.cancel();
        return;
    }
    timer_.expires_after(
        std::chrono::seconds{left->tv_sec} + std::chrono::microseconds{left->tv_usec}
    );
    timer_.async_wait([weak = weak_from_this()](error_code cancelled) {
        const auto self = weak.lock();
        if (self && !cancelled) {
            self->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
        }
    });
}

}  // namespace vf::http
