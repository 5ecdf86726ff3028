#include "webhook-dispatcher/attempt/sending.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace vf::webhook_dispatcher {

namespace {

http::client_options client_options(const settings& given) {
    http::client_options made;
    made.policy = given.egress;
    made.connections_per_host_max = lane_limits{}.running;
    return made;
}

}  // namespace

sending::sending(const settings& given, sending_parts with)
    : settings_{given},
      with_{with},
      attempt_options_{given.retry_schedule, given.signature_header},
      client_{with.events, client_options(given), with.registry},
      lanes_{with.events, lane_limits{}, with.time, with.series},
      starting_{with.events.context()},
      attempts_{with.events.context()},
      writing_{with.events.context()},
      announcing_{with.events.context()} {}

result<void> sending::start(kafka::sink& sink) {
    auto key = crypto::master_key::from_base64(settings_.master_key);
    if (!key) {
        return forward(key);
    }
    key_.emplace(std::move(*key));
    dead_.emplace(with_.events, dead_parts{with_.deliveries, sink, with_.randomness, with_.series});
    outcomes_.emplace(
        with_.events,
        outcome_parts{
            with_.deliveries, lanes_, with_.randomness, with_.series, [this] { wake_announcer(); }
        }
    );
    starter_.emplace(
        starter_parts{with_.deliveries, lanes_, *outcomes_, attempts_, with_.stop},
        attempt_parts{sender_, *key_, with_.time, with_.randomness, attempt_options_}
    );
    sweeper_.emplace(
        sweep_parts{with_.deliveries, lanes_, with_.stop, with_.series}, settings_.sweep_interval
    );
    announcing_.spawn("announce_dead", dead_->run());
    writing_.spawn("write_outcomes", outcomes_->run());
    starting_.spawn("start_attempts", starter_->run());
    starting_.spawn("sweep_due", sweeper_->run());
    return {};
}

void sending::wake_announcer() {
    if (dead_) {
        dead_->wake();
    }
}

runtime::task<bool> sending::close(duration limit) {
    const instant deadline = with_.time.now() + limit;
    lanes_.wake();
    const bool quiet = co_await join("start_attempts", starting_, deadline);
    const bool answered = co_await join("attempts", attempts_, deadline);
    if (outcomes_) {
        outcomes_->close();
    }
    const bool written = co_await join("write_outcomes", writing_, deadline);
    if (dead_) {
        dead_->close();
    }
    const bool told = co_await join("announce_dead", announcing_, deadline);
    client_.close_idle();
    co_return quiet&& answered&& written&& told;
}

runtime::task<bool> sending::join(
    std::string_view name, runtime::task_group& tasks, instant deadline
) {
    const instant since = with_.time.now();
    const duration left = std::max(deadline - since, duration{0});
    const bool ended = co_await tasks.join(left);
    const auto took = std::chrono::duration<double>(with_.time.now() - since).count();
    log_.info("drain step", {{"step", name}, {"seconds", took}, {"in_time", ended}});
    co_return ended;
}

}  // namespace vf::webhook_dispatcher
