// Who may start now. Each endpoint has a lane, and lanes take turns, so an endpoint that hangs or
// has a backlog never delays another. Pure bookkeeping in bounded memory: what does not fit is
// refused and found again by the sweep, since the row in the database is the truth.
//
// A lane begins narrow, widens with every success and halves with every failure. Lanes whose last
// attempt failed, or that never ended one, share a part of the whole, so a hundred endpoints that
// hang at once leave room for those that answer. Of all that runs or waits, a project has no more
// than its share, however many endpoints it has; what a share does not hold goes on in the same
// way, since each endpoint may always have a few that wait. The last places are kept for projects
// of which few run, so that no two or three that answer slowly have them all. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"

namespace vf::webhook_dispatcher {

struct lane_limits {
    std::size_t running{512};
    std::size_t running_unproven{256};
    std::size_t lane_running{16};
    std::size_t lane_running_at_first{4};
    // So many are kept for projects of which fewer than `project_few` run.
    std::size_t running_kept{128};
    std::size_t project_few{8};
    std::size_t project_running{256};
    std::size_t project_unproven{64};
    std::size_t waiting{20'000};
    std::size_t project_waiting{5'000};
    std::size_t lane_waiting{1'000};
    // So many find room whatever waits for others.
    std::size_t lane_waiting_always{8};
    // With more lanes than this, what is known of an idle endpoint is forgotten.
    std::size_t lanes_remembered{4'096};
    // Of a lane in which nothing has ended for so long, no more than a narrow one may run.
    duration stuck_after{std::chrono::seconds{2}};
};

struct lane_item {
    domain::delivery_id delivery;
    domain::endpoint_id endpoint;
    domain::project_id project;  // empty: its endpoint is all that is known of it
    bool first{true};            // no attempt was made in its present run

    friend bool operator==(const lane_item&, const lane_item&) = default;
};

enum class lane_result {
    succeeded,
    failed,
    untried,  // somebody else has it, or there was nothing to do
};

class lanes {
public:
    explicit lanes(lane_limits limits) : limits_{limits} {}

    // False: it is here already, or there is no room.
    bool offer(const lane_item& item);
    // At most `most` that may start now; each is running until it is `finished`.
    [[nodiscard]] std::vector<lane_item> take(instant now, std::size_t most);
    void finished(const lane_item& item, lane_result news, instant now);
    // Nothing of its endpoint starts before.
    void pause(const lane_item& item, instant until);

    // When the first pause ends; nothing when there is none.
    [[nodiscard]] std::optional<instant> wake_at() const;

    [[nodiscard]] std::size_t waiting() const { return waiting_; }

    [[nodiscard]] std::size_t running() const { return running_; }

    // Endpoints of which anything is known.
    [[nodiscard]] std::size_t remembered() const { return lanes_.size(); }

    // Endpoints that take no more at present.
    [[nodiscard]] std::vector<std::string> full_endpoints() const;

private:
    struct lane;

    // What the endpoints of one project have together.
    struct share {
        std::size_t lanes{0};
        std::size_t waiting{0};
        std::size_t running{0};
        std::size_t unproven{0};  // of those that run
        std::deque<lane*> parked;
    };

    struct lane {
        std::string endpoint;
        std::string project;
        share* of_project{nullptr};
        std::deque<lane_item> firsts;
        std::deque<lane_item> retries;
        std::size_t running{0};
        std::size_t limit{0};
        bool proven{false};
        instant progress_at{};  // when something last ended, or began in an empty lane
        instant paused_until{instant::min()};
        // Where the lane stands at present.
        bool in_firsts{false};
        bool in_retries{false};
        bool parked{false};
    };

    using ring = std::deque<lane*>;

    lane& lane_of(const lane_item& item);
    void move_to_project(lane& which, const std::string& project);
    [[nodiscard]] bool has_room(const lane& which) const;
    [[nodiscard]] bool share_is_used_up(const lane& which) const;
    void enlist(lane& which);
    [[nodiscard]] bool may_start(lane& which, instant now);
    void resume_paused(instant now);
    void park(lane& which, ring& where);
    void resume_parked();
    void resume_share(share& share);
    [[nodiscard]] std::optional<lane_item> take_from(ring& turns, bool firsts, instant now);
    void forget_if_idle(const std::string& endpoint);

    lane_limits limits_;
    std::unordered_map<std::string, lane> lanes_;
    std::unordered_map<std::string, share> shares_;
    std::unordered_set<std::string> deliveries_;  // deliveries that wait or run
    ring first_turns_;
    ring retry_turns_;
    ring parked_;
    std::set<std::pair<instant, std::string>> pauses_;
    std::size_t waiting_{0};
    std::size_t running_{0};
    std::size_t unproven_running_{0};
    std::size_t firsts_in_a_row_{0};
};

}  // namespace vf::webhook_dispatcher
