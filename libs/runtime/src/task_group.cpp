#include "vf/runtime/task_group.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "exit_now.hpp"
#include "vf/runtime/run.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::runtime {

namespace asio = boost::asio;

struct task_group::state {
    explicit state(asio::io_context& context) : ended{context} {}

    std::size_t running{0};
    wait_queue ended;
};

namespace {

void end_process(const std::string& name, const char* what) {
    telemetry::logger log{"runtime"};
    log.error("a task ended with an exception", {{"task", name}, {"detail", what}});
    exit_now(exit_fault);
}

void check_outcome(const std::string& name, const std::exception_ptr& thrown) {
    if (!thrown) {
        return;
    }
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& caught) {
        end_process(name, caught.what());
    } catch (...) {
        end_process(name, "not a std::exception");
    }
}

}  // namespace

task_group::task_group(asio::io_context& context)
    : context_{context}, state_{std::make_shared<state>(context)} {}

std::size_t task_group::running() const {
    return state_->running;
}

void task_group::spawn(std::string name, task<> work) {
    ++state_->running;
    asio::co_spawn(
        context_, run_counted(state_, std::move(work)),
        [name = std::move(name)](const std::exception_ptr& thrown) { check_outcome(name, thrown); }
    );
}

task<> task_group::run_counted(std::shared_ptr<state> group, task<> work) {
    co_await std::move(work);
    --group->running;
    group->ended.wake_all();
}

task<bool> task_group::join(vf::duration limit) {
    using std::chrono::steady_clock;
    auto group = state_;
    const auto began = steady_clock::now();
    while (group->running > 0) {
        auto spent = std::chrono::duration_cast<vf::duration>(steady_clock::now() - began);
        if (spent >= limit) {
            co_return false;
        }
        co_await group->ended.wait_for(limit - spent);
    }
    co_return true;
}

}  // namespace vf::runtime
