// Names to addresses, asynchronously: what is cached answers at once, requests that need one name
// at one time share a look-up, and no look-up waits for another. Loop thread.
//
// A name that does not resolve is the fault of that name while the name servers answer anything
// else: another name since this look-up began, or else the root, which is asked for then. When they
// answer nothing, no name resolves, and the look-up says so by another code.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/dns_channel.hpp"
#include "client/name_cache.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/http/egress_policy.hpp"
#include "vf/http/name_options.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::http {

class name_lookup {
public:
    // `with_search` leaves search domains in force.
    name_lookup(
        runtime::loop& events, const name_options& options, bool with_search,
        telemetry::registry& metrics
    );
    ~name_lookup();
    name_lookup(const name_lookup&) = delete;
    name_lookup& operator=(const name_lookup&) = delete;

    // A literal and "localhost" answer at once, then the hosts file, then the name servers. The
    // families take turns, IPv4 first. Errors, all transient: name_not_resolved,
    // resolver_unavailable (no name resolves), lookups_busy (too many run), timed_out.
    [[nodiscard]] runtime::task<result<std::vector<ip_address>>> find(
        std::string host, vf::duration limit
    );

private:
    using time_point = std::chrono::steady_clock::time_point;
    using answer = name_cache::answer;
    struct lookup;
    struct lookup_metrics;
    struct probe;

    struct config_stamp {
        std::int64_t changed{0};
        std::uint64_t file{0};
        friend bool operator==(const config_stamp&, const config_stamp&) = default;
    };

    [[nodiscard]] result<dns_channel*> channel();
    [[nodiscard]] config_stamp stamp_config() const;
    [[nodiscard]] result<std::shared_ptr<lookup>> find_or_start(const std::string& name);
    [[nodiscard]] std::shared_ptr<lookup> start(const std::string& name, dns_channel& servers);
    void query(const std::shared_ptr<lookup>& running, address_family family);
    void on_answer(
        const std::shared_ptr<lookup>& running, address_family family, dns_answer received
    );
    void arm(const std::shared_ptr<lookup>& running, time_point until);
    void conclude(const std::shared_ptr<lookup>& running);
    void judge(const std::shared_ptr<lookup>& running);
    void start_probe(dns_channel& servers);
    void end_probe();
    void finish(const std::shared_ptr<lookup>& running, answer found, vf::duration kept);
    void note_life(const dns_answer& received);

    runtime::loop& events_;
    name_options options_;
    bool with_search_;
    std::unique_ptr<lookup_metrics> metrics_;
    telemetry::logger log_{"http"};
    name_cache cache_;
    std::map<std::string, std::shared_ptr<lookup>> lookups_;  // the latest of each name
    std::size_t running_{0};                                  // c-ares is not done with them
    std::vector<std::shared_ptr<lookup>> unjudged_;           // they wait for the probe
    std::shared_ptr<probe> probe_;
    std::shared_ptr<dns_channel> channel_;
    std::vector<std::shared_ptr<dns_channel>> retired_;  // by a change of the configuration
    config_stamp config_;
    time_point config_read_at_{};
    time_point alive_at_{};  // when the servers last answered anything
    bool answers_{true};
    bool closing_{false};
};

}  // namespace vf::http
