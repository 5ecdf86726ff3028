// The life of a process, the same for every service: start, serve until SIGTERM or SIGINT, drain,
// exit. Called by main on the main thread.
//
// Exit codes: 0 drained, 64 bad configuration (main itself), 70 fault while running or a drain that
// did not finish in time, 75 could not start. Only a drained process returns from `run`: otherwise
// it exits right there without destructors, which could wait for what is stuck. A second SIGTERM or
// SIGINT exits with 70 at once.
#pragma once

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::runtime {

inline constexpr int exit_drained = 0;
inline constexpr int exit_bad_configuration = 64;
inline constexpr int exit_fault = 70;
inline constexpr int exit_could_not_start = 75;

// What `run` needs of an app.
class application {
public:
    virtual ~application() = default;
    // Connects, checks, spawns. An error ends the process with 75; an error of kind `stopped`
    // says that stop was raised meanwhile, and drains.
    [[nodiscard]] virtual task<result<void>> start() = 0;
    // The ordered list of this service's drain. An error ends the process with 70.
    [[nodiscard]] virtual task<result<void>> drain(vf::duration limit) = 0;
};

// `fault` may be raised by any part of the app that cannot go on: drain, then exit 70.
[[nodiscard]] int run(
    loop& events, application& app, signal& stop, signal& fault, vf::duration drain_limit
);

}  // namespace vf::runtime
