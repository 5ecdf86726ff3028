#include "normaliser/upkeep/keep_partitions.hpp"

#include <chrono>

#include "vf/telemetry/log.hpp"

namespace vf::normaliser {

namespace {

constexpr vf::duration pause = std::chrono::hours{1};
constexpr vf::duration pause_after_failure = std::chrono::minutes{1};

}  // namespace

runtime::task<> keep_partitions(store& store, const clock& now, runtime::signal& stop) {
    const telemetry::logger log{"keep_partitions"};
    for (;;) {
        const auto created = co_await store.make_partitions(now.now());
        if (!created) {
            log.warning(
                "no partitions made",
                {{"code", created.error().code}, {"detail", created.error().detail}}
            );
        } else if (*created > 0) {
            log.info("partitions made", {{"count", *created}});
        }
        const auto dropped = co_await store.drop_old_days(now.now());
        if (!dropped) {
            log.warning(
                "no old days dropped",
                {{"code", dropped.error().code}, {"detail", dropped.error().detail}}
            );
        } else if (*dropped > 0) {
            log.info("old days dropped", {{"count", *dropped}});
        }
        const auto span = created ? pause : pause_after_failure;
        const bool stopping = co_await stop.wait_for(span);
        if (stopping) {
            co_return;
        }
    }
}

}  // namespace vf::normaliser
