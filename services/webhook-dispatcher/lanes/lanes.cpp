#include "webhook-dispatcher/lanes/lanes.hpp"

#include <algorithm>

#include "vf/base/assert.hpp"

namespace vf::webhook_dispatcher {

namespace {

// First attempts go before retries, but retries are never left behind for good.
constexpr std::size_t firsts_before_a_retry = 4;

}  // namespace

// Where the project is not known, the endpoint stands for it until it is.
lanes::lane& lanes::lane_of(const lane_item& item) {
    const auto [found, is_new] = lanes_.try_emplace(item.endpoint.text);
    lane& which = found->second;
    if (is_new) {
        which.endpoint = item.endpoint.text;
        which.project = item.project.text.empty() ? item.endpoint.text : item.project.text;
        which.of_project = &shares_[which.project];
        ++which.of_project->lanes;
        which.limit = limits_.lane_running_at_first;
    } else if (which.project == which.endpoint && !item.project.text.empty()) {
        move_to_project(which, item.project.text);
    }
    return which;
}

void lanes::move_to_project(lane& which, const std::string& project) {
    share& before = *which.of_project;
    share& after = shares_[project];
    ++after.lanes;
    after.waiting += which.firsts.size() + which.retries.size();
    after.running += which.running;
    after.unproven += which.proven ? 0 : which.running;
    if (std::erase(before.parked, &which) > 0) {
        which.parked = false;
    }
    which.of_project = &after;
    // It was the only lane there.
    shares_.erase(which.project);
    which.project = project;
    enlist(which);
}

bool lanes::has_room(const lane& which) const {
    const std::size_t waiting = which.firsts.size() + which.retries.size();
    if (waiting < limits_.lane_waiting_always) {
        return waiting < limits_.lane_waiting;
    }
    return waiting_ < limits_.waiting && which.of_project->waiting < limits_.project_waiting &&
           waiting < limits_.lane_waiting;
}

bool lanes::offer(const lane_item& item) {
    if (deliveries_.contains(item.delivery.text)) {
        return false;
    }
    lane& lane = lane_of(item);
    if (!has_room(lane)) {
        return false;
    }
    deliveries_.insert(item.delivery.text);
    (item.first ? lane.firsts : lane.retries).push_back(item);
    ++waiting_;
    ++lane.of_project->waiting;
    enlist(lane);
    return true;
}

// Gives the lane a turn for each kind it has. Whether it may use it is seen when the turn comes.
void lanes::enlist(lane& which) {
    if (which.parked) {
        return;
    }
    if (!which.firsts.empty() && !which.in_firsts) {
        which.in_firsts = true;
        first_turns_.push_back(&which);
    }
    if (!which.retries.empty() && !which.in_retries) {
        which.in_retries = true;
        retry_turns_.push_back(&which);
    }
}

bool lanes::share_is_used_up(const lane& which) const {
    const std::size_t running = which.of_project->running;
    const bool crowded = running_ + limits_.running_kept >= limits_.running;
    return running >= limits_.project_running || (crowded && running >= limits_.project_few) ||
           (!which.proven && which.of_project->unproven >= limits_.project_unproven);
}

void lanes::park(lane& which, ring& where) {
    if (!which.parked) {
        which.parked = true;
        where.push_back(&which);
    }
}

bool lanes::may_start(lane& which, instant now) {
    if (which.paused_until > now) {
        return false;
    }
    std::size_t limit = which.limit;
    if (which.running > 0 && now - which.progress_at > limits_.stuck_after) {
        limit = std::min(limit, limits_.lane_running_at_first);
    }
    if (which.running >= limit) {
        return false;
    }
    if (share_is_used_up(which)) {
        park(which, which.of_project->parked);
        return false;
    }
    if (!which.proven && unproven_running_ >= limits_.running_unproven) {
        park(which, parked_);
        return false;
    }
    return true;
}

std::optional<lane_item> lanes::take_from(ring& turns, bool firsts, instant now) {
    while (!turns.empty()) {
        lane& which = *turns.front();
        turns.pop_front();
        bool& listed = firsts ? which.in_firsts : which.in_retries;
        auto& waiting = firsts ? which.firsts : which.retries;
        listed = false;
        if (waiting.empty() || !may_start(which, now)) {
            // It gets its next turn when what stands in the way is gone.
            continue;
        }
        lane_item item = std::move(waiting.front());
        waiting.pop_front();
        if (which.running == 0) {
            which.progress_at = now;
        }
        ++which.running;
        ++which.of_project->running;
        ++running_;
        --waiting_;
        --which.of_project->waiting;
        if (!which.proven) {
            ++unproven_running_;
            ++which.of_project->unproven;
        }
        enlist(which);
        return item;
    }
    return std::nullopt;
}

std::vector<lane_item> lanes::take(instant now, std::size_t most) {
    resume_paused(now);
    std::vector<lane_item> items;
    while (items.size() < most && running_ < limits_.running) {
        const bool retry_first = firsts_in_a_row_ >= firsts_before_a_retry;
        std::optional<lane_item> next;
        if (retry_first) {
            next = take_from(retry_turns_, false, now);
        }
        if (!next) {
            next = take_from(first_turns_, true, now);
        }
        if (!next) {
            next = take_from(retry_turns_, false, now);
        }
        if (!next) {
            break;
        }
        firsts_in_a_row_ = next->first ? firsts_in_a_row_ + 1 : 0;
        items.push_back(std::move(*next));
    }
    return items;
}

void lanes::finished(const lane_item& item, lane_result news, instant now) {
    deliveries_.erase(item.delivery.text);
    const auto found = lanes_.find(item.endpoint.text);
    VF_ASSERT(found != lanes_.end());
    lane& which = found->second;
    VF_ASSERT(which.running > 0 && running_ > 0);
    share& share = *which.of_project;
    --which.running;
    --share.running;
    --running_;
    if (!which.proven) {
        --unproven_running_;
        --share.unproven;
    }
    if (news != lane_result::untried) {
        which.progress_at = now;
        const bool well = news == lane_result::succeeded;
        which.limit = well ? std::min(which.limit + 1, limits_.lane_running)
                           : std::max<std::size_t>(which.limit / 2, 1);
        if (well != which.proven) {
            which.proven = well;
            for (std::size_t* unproven : {&unproven_running_, &share.unproven}) {
                *unproven = well ? *unproven - which.running : *unproven + which.running;
            }
        }
    }
    enlist(which);
    resume_share(share);
    resume_parked();
    forget_if_idle(item.endpoint.text);
}

void lanes::resume_parked() {
    std::size_t room = unproven_running_ < limits_.running_unproven
                           ? limits_.running_unproven - unproven_running_
                           : 0;
    while (room > 0 && !parked_.empty()) {
        lane& which = *parked_.front();
        parked_.pop_front();
        which.parked = false;
        if (share_is_used_up(which)) {
            park(which, which.of_project->parked);
            continue;
        }
        enlist(which);
        --room;
    }
}

// As many turns as there are places, and one that cannot use its turn parks again. Only a project
// of which something runs has lanes that are parked, so each gets its turn in time.
void lanes::resume_share(share& share) {
    std::size_t room = share.parked.size();
    if (share.running < limits_.project_running) {
        room = std::min(room, limits_.project_running - share.running);
    } else {
        return;
    }
    while (room > 0) {
        lane& which = *share.parked.front();
        share.parked.pop_front();
        which.parked = false;
        enlist(which);
        --room;
    }
}

void lanes::pause(const lane_item& item, instant until) {
    lane& which = lane_of(item);
    if (until <= which.paused_until) {
        return;
    }
    pauses_.erase({which.paused_until, which.endpoint});
    which.paused_until = until;
    pauses_.emplace(until, which.endpoint);
}

void lanes::resume_paused(instant now) {
    while (!pauses_.empty() && pauses_.begin()->first <= now) {
        const std::string endpoint = pauses_.begin()->second;
        pauses_.erase(pauses_.begin());
        lane& which = lanes_.at(endpoint);
        which.paused_until = instant::min();
        enlist(which);
        forget_if_idle(endpoint);
    }
}

void lanes::forget_if_idle(const std::string& endpoint) {
    const auto found = lanes_.find(endpoint);
    const lane& which = found->second;
    const bool idle = which.running == 0 && which.firsts.empty() && which.retries.empty() &&
                      !which.in_firsts && !which.in_retries && !which.parked &&
                      which.paused_until == instant::min();
    if (idle && lanes_.size() > limits_.lanes_remembered) {
        if (--which.of_project->lanes == 0) {
            shares_.erase(which.project);
        }
        lanes_.erase(found);
    }
}

std::optional<instant> lanes::wake_at() const {
    if (pauses_.empty()) {
        return std::nullopt;
    }
    return pauses_.begin()->first;
}

std::vector<std::string> lanes::full_endpoints() const {
    std::vector<std::string> full;
    for (const auto& [endpoint, which] : lanes_) {
        if (!has_room(which)) {
            full.push_back(endpoint);
        }
    }
    return full;
}

}  // namespace vf::webhook_dispatcher
