#include "webhook-dispatcher/delivery_pipeline.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace vf::webhook_dispatcher {

namespace {

http::client_options client_options(const settings& settings) {
    http::client_options options;
    options.policy = settings.egress;
    options.names.servers = settings.name_servers;
    options.names.limit = settings.name_limit;
    return options;
}

}  // namespace

delivery_pipeline::delivery_pipeline(const settings& settings, delivery_dependencies deps)
    : settings_{settings},
      deps_{deps},
      attempt_options_{settings.retry_schedule, settings.signature_header},
      client_{deps.events, client_options(settings), deps.registry},
      lanes_{deps.events, lane_limits{}, deps.time, deps.metrics},
      starting_{deps.events.context()},
      attempts_{deps.events.context()},
      writing_{deps.events.context()},
      publishing_{deps.events.context()} {}

result<void> delivery_pipeline::start(kafka::sink& sink) {
    auto key = crypto::master_key::from_base64(settings_.master_key);
    if (!key) {
        return forward(key);
    }
    key_.emplace(std::move(*key));
    dead_letters_.emplace(
        deps_.events,
        dead_letter_dependencies{deps_.deliveries, sink, deps_.randomness, deps_.metrics}
    );
    outcomes_.emplace(
        deps_.events,
        outcome_dependencies{
            deps_.deliveries, lanes_, deps_.randomness, deps_.metrics, [this] { wake_publisher(); }
        }
    );
    starter_.emplace(
        starter_dependencies{deps_.deliveries, lanes_, *outcomes_, attempts_, deps_.stop},
        attempt_dependencies{sender_, *key_, deps_.time, deps_.randomness, attempt_options_}
    );
    sweeper_.emplace(
        sweep_dependencies{deps_.deliveries, lanes_, deps_.stop, deps_.metrics},
        settings_.sweep_interval
    );
    publishing_.spawn("publish_dead", dead_letters_->run());
    writing_.spawn("write_outcomes", outcomes_->run());
    starting_.spawn("start_attempts", starter_->run());
    starting_.spawn("sweep_due", sweeper_->run());
    return {};
}

void delivery_pipeline::wake_publisher() {
    if (dead_letters_) {
        dead_letters_->wake();
    }
}

runtime::task<bool> delivery_pipeline::close(duration limit) {
    const instant deadline = deps_.time.now() + limit;
    lanes_.wake();
    const bool quiet = co_await join("start_attempts", starting_, deadline);
    const bool answered = co_await join("attempts", attempts_, deadline);
    if (outcomes_) {
        outcomes_->close();
    }
    const bool written = co_await join("write_outcomes", writing_, deadline);
    if (dead_letters_) {
        dead_letters_->close();
    }
    const bool published = co_await join("publish_dead", publishing_, deadline);
    client_.close_idle();
    const bool in_time = quiet && answered && written && published;
    co_return in_time;
}

runtime::task<bool> delivery_pipeline::join(
    std::string_view name, runtime::task_group& tasks, instant deadline
) {
    const instant since = deps_.time.now();
    const duration left = std::max(deadline - since, duration{0});
    const bool ended = co_await tasks.join(left);
    const auto took = std::chrono::duration<double>(deps_.time.now() - since).count();
    log_.info("drain step", {{"step", name}, {"seconds", took}, {"in_time", ended}});
    co_return ended;
}

}  // namespace vf::webhook_dispatcher
