#include "ingest-gateway/worker_pool.hpp"

#include <algorithm>
#include <utility>

#include "vf/runtime/task_group.hpp"

namespace vf::ingest_gateway {

worker_pool::worker_pool(runtime::loop& main, const worker_dependencies& deps)
    : main_{main}, deps_{deps}, first_{main, deps} {}

worker_pool::~worker_pool() {
    // Threads end before what their frames use goes.
    for (const auto& each : worker_threads_) {
        each->thread.stop();
    }
}

runtime::task<result<void>> worker_pool::open() {
    auto opened = co_await first_.open();
    while (opened && size() < deps_.settings.loops) {
        auto& added = *worker_threads_.emplace_back(std::make_unique<worker_thread>(main_, deps_));
        added.thread.start();
        opened = co_await runtime::on_loop(added.thread.events(), added.on_it.open());
    }
    co_return opened;
}

runtime::task<> worker_pool::drain_one(
    worker_thread& worker_thread, vf::duration limit, bool& in_time
) {
    in_time =
        co_await runtime::on_loop(worker_thread.thread.events(), worker_thread.on_it.drain(limit));
}

runtime::task<bool> worker_pool::drain(vf::duration limit) {
    runtime::task_group draining{main_.context()};
    // Not a vector of bool, whose elements have no addresses.
    std::vector<std::unique_ptr<bool>> in_time;
    for (const auto& each : worker_threads_) {
        auto& mine = *in_time.emplace_back(std::make_unique<bool>(false));
        draining.spawn("drain_shard", drain_one(*each, limit, mine));
    }
    const bool first = co_await first_.drain(limit);
    const bool ended = co_await draining.join(limit);
    co_return first&& ended&& std::ranges::all_of(in_time, [](const auto& each) { return *each; });
}

runtime::task<result<void>> worker_pool::renew(http::tls_identity identity) {
    auto renewed = co_await first_.renew(identity);
    for (const auto& each : worker_threads_) {
        if (renewed) {
            renewed = co_await runtime::on_loop(each->thread.events(), each->on_it.renew(identity));
        }
    }
    co_return renewed;
}

bool worker_pool::stalled() const {
    return first_.stalled() || std::ranges::any_of(worker_threads_, [](const auto& each) {
               return each->on_it.stalled();
           });
}

}  // namespace vf::ingest_gateway
