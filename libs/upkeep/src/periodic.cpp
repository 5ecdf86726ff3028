#include "vf/upkeep/periodic.hpp"

#include <utility>

#include "vf/telemetry/log.hpp"

namespace vf::upkeep {

namespace {

using database_step = std::function<bool(postgres::transaction&)>;

runtime::task<result<bool>> transact(postgres::pool& database, const database_step& step) {
    auto work = [&step](postgres::transaction& tx) { return step(tx); };
    auto done = co_await database.transact(work);
    co_return done;
}

}  // namespace

runtime::task<> run_periodically(
    periodic_job job, std::function<runtime::task<result<bool>>()> step, runtime::signal& stop
) {
    const telemetry::logger log{job.name};
    for (;;) {
        const auto done = co_await step();
        if (!done) {
            log.warning("not done", {{"code", done.error().code}, {"detail", done.error().detail}});
        } else if (*done) {
            log.info(job.done);
        }
        const auto pause = done.value_or(false) ? vf::duration{1} : job.pause;
        const bool stopping = co_await stop.wait_for(pause);
        if (stopping) {
            co_return;
        }
    }
}

runtime::task<> run_periodically(
    postgres::pool& database, periodic_job job, database_step step, runtime::signal& stop
) {
    auto steps = [&database, &step] { return transact(database, step); };
    co_await run_periodically(job, steps, stop);
}

}  // namespace vf::upkeep
