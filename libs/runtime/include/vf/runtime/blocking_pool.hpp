// Threads for calls that block (libpqxx, name resolution). The loop thread awaits; the work runs on
// a pool thread and its value comes back on the loop. The work must not throw. Destroyed before the
// loop: the destructor waits for the work that runs and drops what has not begun.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/thread_pool.hpp>

#include "vf/runtime/task.hpp"

namespace vf::runtime {

class blocking_pool {
public:
    explicit blocking_pool(std::size_t threads);
    ~blocking_pool();
    blocking_pool(const blocking_pool&) = delete;
    blocking_pool& operator=(const blocking_pool&) = delete;

    // `work` is called once on a pool thread with no arguments.
    template <class Work>
    [[nodiscard]] task<std::invoke_result_t<Work>> run(Work work) {
        using outcome = std::invoke_result_t<Work>;
        std::optional<outcome> value;
        std::function<void()> call = [&value, &work] { value.emplace(work()); };
        co_await run_erased(std::move(call));
        co_return std::move(*value);
    }

private:
    [[nodiscard]] task<> run_erased(std::function<void()> work);

    boost::asio::thread_pool threads_;
};

}  // namespace vf::runtime
