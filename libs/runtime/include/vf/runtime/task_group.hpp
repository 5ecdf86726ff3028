// The only way to start a coroutine that nobody awaits. A task that ends with an exception is a
// fault of ours: it is logged with its name and ends the process at once with code 70, without
// destructors. Loop thread. Tasks that never ended may outlive the group: their frames go with the
// loop.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "vf/base/clock.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::runtime {

class task_group {
public:
    explicit task_group(boost::asio::io_context& context);
    task_group(const task_group&) = delete;
    task_group& operator=(const task_group&) = delete;

    // On the loop thread the work runs at once, up to its first wait.
    void spawn(std::string name, task<> work);

    [[nodiscard]] std::size_t running() const;

    // Waits until every task has ended; false when time ran out first.
    [[nodiscard]] task<bool> join(vf::duration limit);

private:
    struct state;

    [[nodiscard]] static task<> run_counted(std::shared_ptr<state> group, task<> work);

    boost::asio::io_context& context_;
    std::shared_ptr<state> state_;
};

}  // namespace vf::runtime
