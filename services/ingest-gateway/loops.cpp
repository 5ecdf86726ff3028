#include "ingest-gateway/loops.hpp"

#include <algorithm>
#include <utility>

#include "vf/runtime/task_group.hpp"

namespace vf::ingest_gateway {

loops::loops(runtime::loop& main, const shard_parts& parts)
    : main_{main}, parts_{parts}, first_{main, parts} {}

loops::~loops() {
    // Threads end before what their frames use goes.
    for (const auto& each : further_) {
        each->thread.stop();
    }
}

runtime::task<result<void>> loops::open() {
    auto opened = co_await first_.open();
    while (opened && size() < parts_.from.loops) {
        auto& made = *further_.emplace_back(std::make_unique<further>(main_, parts_));
        made.thread.start();
        opened = co_await runtime::on_loop(made.thread.events(), made.on_it.open());
    }
    co_return opened;
}

runtime::task<> loops::drain_one(further& of, vf::duration limit, bool& in_time) {
    in_time = co_await runtime::on_loop(of.thread.events(), of.on_it.drain(limit));
}

runtime::task<bool> loops::drain(vf::duration limit) {
    runtime::task_group draining{main_.context()};
    // Not a vector of bool, whose elements have no addresses.
    std::vector<std::unique_ptr<bool>> in_time;
    for (const auto& each : further_) {
        auto& mine = *in_time.emplace_back(std::make_unique<bool>(false));
        draining.spawn("drain_shard", drain_one(*each, limit, mine));
    }
    const bool first = co_await first_.drain(limit);
    const bool ended = co_await draining.join(limit);
    co_return first&& ended&& std::ranges::all_of(in_time, [](const auto& each) { return *each; });
}

runtime::task<result<void>> loops::renew(http::tls_identity with) {
    auto renewed = co_await first_.renew(with);
    for (const auto& each : further_) {
        if (renewed) {
            renewed = co_await runtime::on_loop(each->thread.events(), each->on_it.renew(with));
        }
    }
    co_return renewed;
}

bool loops::stalled() const {
    return first_.stalled() ||
           std::ranges::any_of(further_, [](const auto& each) { return each->on_it.stalled(); });
}

}  // namespace vf::ingest_gateway
