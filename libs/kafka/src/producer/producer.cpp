#include "vf/kafka/producer.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "producer/producer_core.hpp"
#include "vf/runtime/blocking_pool.hpp"
#include "vf/wire/topics.hpp"

namespace vf::kafka {

namespace {

using steady = std::chrono::steady_clock;

constexpr vf::duration warm_up_pause = std::chrono::milliseconds{50};

// Blocking; on a pool thread. What is still missing, or nothing when all topics have leaders.
std::optional<std::string> missing_topic(rd_kafka_t* client, int timeout_ms) {
    const rd_kafka_metadata_t* seen = nullptr;
    const auto code = rd_kafka_metadata(client, 1, nullptr, &seen, timeout_ms);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return rd_kafka_err2str(code);
    }
    const owned<const rd_kafka_metadata_t, rd_kafka_metadata_destroy> metadata{seen};
    const std::span topics{metadata->topics, static_cast<std::size_t>(metadata->topic_cnt)};
    for (const wire::topic_description& topic : wire::all_topics()) {
        const auto found = std::ranges::find(topics, topic.name, &rd_kafka_metadata_topic_t::topic);
        if (found == topics.end()) {
            return fmt::format("topic {} does not exist", topic.name);
        }
    }
    return std::nullopt;
}

vf::duration until(steady::time_point deadline) {
    return std::chrono::duration_cast<vf::duration>(deadline - steady::now());
}

}  // namespace

struct producer::state {
    std::shared_ptr<producer_core> core;
};

result<std::unique_ptr<producer>> producer::create(
    runtime::loop& events, const producer_options& options, telemetry::registry& metrics
) {
    auto created = std::make_unique<state>();
    created->core = std::make_shared<producer_core>(events.context(), options, metrics);
    if (auto opened = created->core->open(); !opened) {
        return forward(opened);
    }
    return std::unique_ptr<producer>{new producer{std::move(created)}};
}

producer::producer(std::unique_ptr<state> state) : state_{std::move(state)} {}

producer::~producer() {
    state_->core->shut();
}

runtime::task<result<void>> producer::publish(std::vector<wire::record> records) {
    const auto core = state_->core;
    auto begun = core->begin(records);
    if (!begun) {
        co_return forward(begun);
    }
    const std::shared_ptr<publish_call> call = std::move(*begun);
    if (call == nullptr) {
        co_return result<void>{};
    }
    // librdkafka has its copy; ours is not kept through the wait.
    records = {};
    co_await call->answered.wait();
    co_return core->outcome(*call);
}

runtime::task<result<void>> producer::warm_up(vf::duration limit) {
    const auto core = state_->core;
    const auto deadline = steady::now() + limit;
    runtime::blocking_pool pool{1};
    std::optional<std::string> missing = "no producer handle";
    while (missing && until(deadline) > vf::duration::zero()) {
        const client_handle client = core->client();
        const vf::duration one_try =
            std::min<vf::duration>(until(deadline), std::chrono::seconds{2});
        const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(one_try).count();
        if (client != nullptr) {
            auto work = [client, timeout] {
                return missing_topic(client.get(), static_cast<int>(timeout));
            };
            missing = co_await pool.run(std::move(work));
        }
        if (missing) {
            co_await runtime::sleep(warm_up_pause);
        }
    }
    if (missing) {
        co_return fail(failure::transient, "broker_unavailable", *missing);
    }
    for (const wire::topic_description& topic : wire::all_topics()) {
        core->topic(std::string{topic.name});
    }
    co_return result<void>{};
}

runtime::task<bool> producer::drain(vf::duration limit) {
    const auto core = state_->core;
    const auto deadline = steady::now() + limit;
    core->refuse_new();
    while (core->reports_due() > 0 && until(deadline) > vf::duration::zero()) {
        co_await core->idle().wait_for(until(deadline));
    }
    if (core->reports_due() == 0) {
        co_return true;
    }
    core->purge();
    // The purge produces the reports by itself; it does not need the broker.
    const auto purged = steady::now() + std::chrono::seconds{2};
    while (core->reports_due() > 0 && until(purged) > vf::duration::zero()) {
        co_await core->idle().wait_for(until(purged));
    }
    co_return false;
}

std::int64_t producer::in_flight() const {
    return state_->core->in_flight().records;
}

}  // namespace vf::kafka
