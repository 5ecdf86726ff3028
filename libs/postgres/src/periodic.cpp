#include "vf/postgres/periodic.hpp"

#include <utility>

#include "vf/telemetry/log.hpp"

namespace vf::postgres {

runtime::task<> run_periodically(
    pool& database, periodic_job what, std::function<bool(transaction&)> step, runtime::signal& stop
) {
    const telemetry::logger log{what.name};
    for (;;) {
        auto work = [&step](transaction& tx) { return step(tx); };
        const auto done = co_await database.transact(work);
        if (!done) {
            log.warning("not done", {{"code", done.error().code}, {"detail", done.error().detail}});
        } else if (*done) {
            log.info(what.done);
        }
        const auto span = done.value_or(false) ? vf::duration{1} : what.pause;
        const bool stopping = co_await stop.wait_for(span);
        if (stopping) {
            co_return;
        }
    }
}

}  // namespace vf::postgres
