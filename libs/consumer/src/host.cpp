#include "vf/consumer/host.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace vf::consumer {

namespace {

// Of the first member that has any.
std::string trouble_of(const auto& members) {
    for (const auto& member : members) {
        if (auto trouble = member.source->trouble(); !trouble.empty()) {
            return trouble;
        }
    }
    return {};
}

std::string describe(const stall& stalled) {
    return stalled.where.topic + '/' + std::to_string(stalled.where.partition) + '@' +
           std::to_string(stalled.where.offset) + ": " + stalled.why.code + ' ' +
           stalled.why.detail;
}

}  // namespace

host::host(const host_dependencies& dependencies, host_identity identity)
    : deps_{dependencies}, identity_{std::move(identity)}, tasks_{dependencies.loop.context()} {}

result<void> host::start_members(
    const consumer_options& options, std::unique_ptr<record_stage> decoding, kafka::sink& sink
) {
    if (consumers_.empty()) {
        tasks_.spawn("report_lag", report_lag());
    }
    auto& consumer = consumers_.emplace_back(options.consumer.group, std::move(decoding));
    for (std::size_t i = 0; i < options.members; ++i) {
        auto joined = join(options, i + 1, *consumer.stage, sink);
        if (!joined) {
            return forward(joined);
        }
        consumer.members.push_back(std::move(*joined));
        tasks_.spawn(std::string{consumer.group}, consumer.members.back().work->run());
    }
    return {};
}

result<host::member> host::join(
    const consumer_options& options, std::size_t number, record_stage& decoding, kafka::sink& sink
) {
    kafka::source_options reading;
    reading.cluster = identity_.cluster;
    reading.client_id = identity_.client_id;
    reading.group = options.consumer.group;
    // Ids are of their group: each member of a process in one group has its own.
    reading.instance_id = fmt::format("{}.{}", identity_.replica, number);
    reading.topics = {std::string{options.consumer.topic}};
    reading.batch_records_max = options.batch_records_max;
    reading.buffer_bytes_max = options.buffer_bytes_max;
    auto source = kafka::group_source::create(deps_.loop, reading, deps_.registry, deps_.fault);
    if (!source) {
        return forward(source);
    }
    member joined;
    joined.source = std::move(*source);
    kafka::source* batches = joined.source.get();
    if (options.pacing) {
        joined.pacing = options.pacing(*joined.source);
        batches = joined.pacing.get();
    }
    const worker_dependencies dependencies{*batches,     decoding,   sink,       deps_.clock,
                                           deps_.random, deps_.stop, deps_.fault};
    worker_options working{options.consumer, breaker{options.breaker}};
    working.deferral_topic = options.deferral_topic;
    joined.work = std::make_unique<worker>(dependencies, working, deps_.registry);
    return joined;
}

std::vector<http::condition> host::conditions() const {
    std::vector<http::condition> all;
    for (const auto& consumer : consumers_) {
        const bool joined = std::ranges::all_of(consumer.members, [](const member& each) {
            return each.source->joined();
        });
        all.push_back(
            {std::string{consumer.group} + "_joined", joined, trouble_of(consumer.members)}
        );
        std::string why;
        for (const auto& member : consumer.members) {
            if (const auto& stalled = member.work->stalled()) {
                why += (why.empty() ? "" : "; ") + describe(*stalled);
            }
        }
        all.push_back({std::string{consumer.group} + "_running", why.empty(), why});
    }
    return all;
}

vf::duration host::lag_of(std::string_view group) const {
    vf::duration greatest{0};
    const instant now = deps_.clock.now();
    for (const auto& consumer : consumers_) {
        if (consumer.group != group) {
            continue;
        }
        for (const auto& member : consumer.members) {
            if (const auto oldest = member.work->oldest_in_hand()) {
                greatest = std::max(greatest, now - *oldest);
            }
        }
    }
    return greatest;
}

runtime::task<> host::report_lag() {
    constexpr vf::duration interval = std::chrono::seconds{1};
    for (;;) {
        for (const auto& consumer : consumers_) {
            const std::chrono::duration<double> lag = lag_of(consumer.group);
            deps_.registry
                .make_gauge(
                    "vf_consumer_lag_seconds", "Age of the oldest record not yet processed",
                    {{"consumer", std::string{consumer.group}}}
                )
                .set(lag.count());
        }
        const bool stopping = co_await deps_.stop.wait_for(interval);
        if (stopping) {
            co_return;
        }
    }
}

runtime::task<bool> host::close(vf::duration limit) {
    const instant deadline = deps_.clock.now() + limit;
    for (const auto& consumer : consumers_) {
        for (const auto& member : consumer.members) {
            member.source->stop();
        }
    }
    bool in_time = co_await tasks_.join(limit);
    for (const auto& consumer : consumers_) {
        for (const auto& member : consumer.members) {
            const vf::duration left = std::max(deadline - deps_.clock.now(), vf::duration{0});
            const bool left_group = co_await member.source->close(left);
            in_time = in_time && left_group;
        }
    }
    co_return in_time;
}

}  // namespace vf::consumer
