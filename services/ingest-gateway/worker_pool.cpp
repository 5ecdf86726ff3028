#include "ingest-gateway/worker_pool.hpp"

#include <algorithm>
#include <utility>

#include "vf/runtime/task_group.hpp"

namespace vf::ingest_gateway {

worker_pool::worker_pool(runtime::loop& main, producers& sending, const worker_dependencies& deps)
    : main_{main}, sending_{sending}, deps_{deps}, first_{main, deps} {}

worker_pool::~worker_pool() {
    // Threads end before what their coroutines use is destroyed.
    for (const auto& each : others_) {
        each->thread.stop();
    }
}

runtime::task<result<void>> worker_pool::open() {
    auto opened = co_await first_.open();
    while (opened && size() < deps_.settings.loops) {
        auto& added = *others_.emplace_back(std::make_unique<worker_thread>(sending_, deps_));
        added.thread.start();
        opened = co_await runtime::on_loop(added.thread.events(), added.worker.open());
    }
    co_return opened;
}

runtime::task<> worker_pool::drain_one(worker_thread& each, vf::duration limit, bool& in_time) {
    in_time = co_await runtime::on_loop(each.thread.events(), each.worker.drain(limit));
}

runtime::task<bool> worker_pool::drain(vf::duration limit) {
    runtime::task_group draining{main_.context()};
    // Not a vector of bool, whose elements have no addresses.
    std::vector<std::unique_ptr<bool>> in_time;
    for (const auto& each : others_) {
        auto& ended = *in_time.emplace_back(std::make_unique<bool>(false));
        draining.spawn("drain_worker", drain_one(*each, limit, ended));
    }
    const bool first = co_await first_.drain(limit);
    const bool ended = co_await draining.join(limit);
    co_return first&& ended&& std::ranges::all_of(in_time, [](const auto& each) { return *each; });
}

runtime::task<result<void>> worker_pool::renew(http::tls_identity identity) {
    auto renewed = co_await first_.renew(identity);
    for (const auto& each : others_) {
        if (renewed) {
            renewed =
                co_await runtime::on_loop(each->thread.events(), each->worker.renew(identity));
        }
    }
    co_return renewed;
}

bool worker_pool::stalled() const {
    return first_.stalled() ||
           std::ranges::any_of(others_, [](const auto& each) { return each->worker.stalled(); });
}

}  // namespace vf::ingest_gateway
