// What a project may do over all loops of this process: requests a second, records a second before
// its traffic leaves the live lane, records waiting in the backfill lane. Workers share it and the
// producer and nothing else; the lock is held for a look-up and a subtraction. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "ingest-gateway/auth/customer.hpp"
#include "ingest-gateway/limits/backlog.hpp"
#include "ingest-gateway/limits/token_bucket.hpp"
#include "vf/base/clock.hpp"

namespace vf::ingest_gateway {

struct quota_settings {
    bool limited{true};  // false: no limit on requests at all
    rate_limits requests;
    // Records a second of one project; more for ten seconds, and its events are read after those
    // of everybody else until it has been below for half as long.
    std::optional<double> flood;
    std::size_t backlog_max{50'000};
};

// What stands in the RateLimit headers of an answer.
struct rate_limit_status {
    bool allowed{true};
    std::uint64_t limit{0};  // a second; 0: no limit
    std::uint64_t remaining{0};
    std::uint64_t reset_seconds{0};  // until a refused request may come again, at least 1 then
};

class quotas {
public:
    explicit quotas(const quota_settings& settings) : settings_{settings} {}

    [[nodiscard]] rate_limit_status take_token(
        const customer& customer, rate_kind kind, instant now
    );

    // True when these records are to go to the backfill lane because the project floods.
    [[nodiscard]] bool flooding(const std::string& project, std::size_t records, instant now);

    [[nodiscard]] bool backlog_full(const std::string& project) const;
    void add_backlog(const std::string& project, std::size_t records);
    void update_backlog(const backlog_offsets& offsets);
    // Whether anything waits, so that the offsets of the lane are worth reading.
    [[nodiscard]] bool backlogged() const;

private:
    struct flood_state {
        token_bucket records;
        bool flooding{false};
    };

    quota_settings settings_;
    mutable std::mutex mutex_;
    std::map<std::pair<std::string, rate_kind>, token_bucket> requests_;
    std::unordered_map<std::string, flood_state> floods_;
    backlog backlog_;
};

}  // namespace vf::ingest_gateway
