#include "vf/runtime/run.hpp"

#include <chrono>
#include <csignal>

#include <boost/asio/signal_set.hpp>

#include "exit_now.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::runtime {

namespace asio = boost::asio;

namespace {

// What a drain may take beyond its limit before the process ends without it.
constexpr vf::duration drain_grace = std::chrono::seconds{1};

struct process_state {
    loop& events;
    application& app;
    signal& stop;
    signal& fault;
    vf::duration drain_limit;
    telemetry::logger log{"runtime"};
    asio::signal_set stop_signals{events.context(), SIGTERM, SIGINT};
    signal drained{events.context()};
    int code{exit_fault};
};

void stop_on_signal(process_state& process) {
    process.stop_signals.async_wait([&process](boost::system::error_code failed, int number) {
        if (failed) {
            return;
        }
        if (process.stop.raised()) {
            process.log.warning("second stop signal: exit at once", {{"signal", number}});
            exit_now(exit_fault);
        }
        process.log.info("stop signal", {{"signal", number}});
        process.stop.raise();
        stop_on_signal(process);
    });
}

task<> stop_on_fault(process_state& process) {
    co_await process.fault.wait();
    process.stop.raise();
}

task<> limit_drain(process_state& process) {
    bool in_time = co_await process.drained.wait_for(process.drain_limit + drain_grace);
    if (!in_time) {
        process.log.error("the drain did not end in time");
        exit_now(exit_fault);
    }
}

task<> run_application(process_state& process, task_group& tasks) {
    auto started = co_await process.app.start();
    if (!started && started.error().kind != failure::stopped) {
        process.log.error(
            "could not start", {{"code", started.error().code}, {"detail", started.error().detail}}
        );
        exit_now(exit_could_not_start);
    }
    co_await process.stop.wait();

    tasks.spawn("limit_drain", limit_drain(process));
    auto drained = co_await process.app.drain(process.drain_limit);
    process.drained.raise();
    if (!drained) {
        process.log.error(
            "not drained", {{"code", drained.error().code}, {"detail", drained.error().detail}}
        );
        exit_now(exit_fault);
    }
    process.code = process.fault.raised() ? exit_fault : exit_drained;
    process.log.info("drained", {{"exit_code", process.code}});
    process.events.stop_now();
}

}  // namespace

int run(loop& events, application& app, signal& stop, signal& fault, vf::duration drain_limit) {
    // A closed standard output or socket is an error value of the write, never the end.
    std::signal(SIGPIPE, SIG_IGN);
    process_state process{events, app, stop, fault, drain_limit};
    task_group tasks{events.context()};
    stop_on_signal(process);
    tasks.spawn("stop_on_fault", stop_on_fault(process));
    tasks.spawn("application", run_application(process, tasks));
    events.run();
    return process.code;
}

}  // namespace vf::runtime
