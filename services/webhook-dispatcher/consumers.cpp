#include "webhook-dispatcher/consumers.hpp"

#include <algorithm>
#include <utility>

#include "vf/consumer/report_lag.hpp"

namespace vf::webhook_dispatcher {

result<void> consumers::start(
    kafka::source_options from, std::unique_ptr<consumer::stage> stage, kafka::sink& sink
) {
    auto source = kafka::group_source::create(with_.events, from, with_.registry, with_.fault);
    if (!source) {
        return forward(source);
    }
    part made{std::move(*source), std::move(stage), nullptr};
    const consumer::parts parts{*made.source, *made.stage, sink,
                                with_.stop,   with_.fault, with_.randomness};
    consumer::shell_options options;
    options.name = from.topics.front();
    made.shell = std::make_unique<consumer::shell>(parts, std::move(options), with_.registry);
    running_.spawn(from.group, made.shell->run());
    running_.spawn(
        "report_lag",
        consumer::report_lag({made.shell.get()}, with_.registry, with_.time, with_.stop)
    );
    parts_.push_back(std::move(made));
    return {};
}

bool consumers::joined() const {
    return !parts_.empty() &&
           std::ranges::all_of(parts_, [](const part& each) { return each.source->joined(); });
}

runtime::task<bool> consumers::close(duration limit) {
    const instant deadline = with_.time.now() + limit;
    for (part& each : parts_) {
        each.source->stop();
    }
    bool in_time = co_await running_.join(limit);
    for (part& each : parts_) {
        const duration left = std::max(deadline - with_.time.now(), duration{0});
        const bool left_group = co_await each.source->close(left);
        in_time = in_time && left_group;
    }
    co_return in_time;
}

}  // namespace vf::webhook_dispatcher
