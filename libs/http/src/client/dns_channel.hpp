// Questions to name servers, and to the hosts file, through c-ares on an Asio loop: any number at
// a time, none of which blocks or delays another. Loop thread. `ares.h` stays in the source file.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "vf/base/error.hpp"
#include "vf/http/egress_policy.hpp"
#include "vf/http/name_options.hpp"

struct ares_channeldata;

namespace vf::http {

enum class address_family { v4, v6 };

struct dns_answer {
    enum class kind {
        found,
        absent,     // the servers say that there is no such name, or no such record
        failed,     // they say that they do not know
        timed_out,  // they say nothing
    };

    kind what{kind::failed};
    bool from_servers{true};  // not so when c-ares knows without them
    std::vector<ip_address> addresses;
    std::chrono::seconds ttl{0};
    std::string detail;

    // Whether it shows that the servers work.
    [[nodiscard]] bool is_sign_of_life() const {
        return from_servers && (what == kind::found || what == kind::absent);
    }
};

class dns_channel : public std::enable_shared_from_this<dns_channel> {
public:
    // Called once, possibly before `query` returns; when the channel is destroyed too, as `failed`.
    // It must not destroy the channel.
    using callback = std::function<void(dns_answer)>;

    // Errors: permanent/name_servers_invalid.
    [[nodiscard]] static result<std::shared_ptr<dns_channel>> create(
        boost::asio::io_context& context, const name_options& options, bool with_search
    );

    explicit dns_channel(boost::asio::io_context& context);
    ~dns_channel();
    dns_channel(const dns_channel&) = delete;
    dns_channel& operator=(const dns_channel&) = delete;

    void query(const std::string& name, address_family family, callback done);
    // The name servers of the root: what every name server knows that knows anything.
    void query_root(callback done);
    // At once. Empty when the file has no such name.
    [[nodiscard]] std::vector<ip_address> find_in_hosts(const std::string& name);

    // Queries that have not been answered yet.
    [[nodiscard]] std::size_t running() const { return running_; }

private:
    struct watched_socket;
    struct question;

    [[nodiscard]] result<void> open(const name_options& options, bool with_search);
    [[nodiscard]] question* begin(callback done);
    void watch(int descriptor, bool readable, bool writable);
    void arm(const std::shared_ptr<watched_socket>& socket);
    void arm_timer();
    void process(int readable, int writable);

    boost::asio::io_context& context_;
    boost::asio::steady_timer timer_;
    std::map<int, std::shared_ptr<watched_socket>> sockets_;
    ares_channeldata* servers_{nullptr};
    ares_channeldata* hosts_{nullptr};
    std::size_t running_{0};
};

}  // namespace vf::http
