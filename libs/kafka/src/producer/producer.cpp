#include "vf/kafka/producer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "client/topic_check.hpp"
#include "producer/producer_core.hpp"
#include "vf/runtime/blocking_pool.hpp"
#include "vf/wire/topics.hpp"

namespace vf::kafka {

namespace {

using steady = std::chrono::steady_clock;

constexpr vf::duration warm_up_pause = std::chrono::milliseconds{50};

// Blocking; on a pool thread.
result<void> check_topics(rd_kafka_t* client, const replication& replication, int timeout_ms) {
    const auto topics = wire::all_topics();
    auto seen = read_topics(client, topics, replication, timeout_ms);
    if (!seen) {
        return forward(seen);
    }
    if (!seen->missing.empty()) {
        return fail(
            failure::transient, "broker_unavailable",
            fmt::format("topic {} does not exist", seen->missing.front().name)
        );
    }
    return check_min_insync(client, topics, replication, timeout_ms);
}

vf::duration until(steady::time_point deadline) {
    return std::chrono::duration_cast<vf::duration>(deadline - steady::now());
}

runtime::task<result<void>> publish_from(
    std::shared_ptr<producer_core> core, std::shared_ptr<answer_queue> answers,
    std::vector<wire::record> records
) {
    auto begun = core->begin(std::move(records), std::move(answers));
    if (!begun) {
        co_return forward(begun);
    }
    const std::shared_ptr<publish_call> call = std::move(*begun);
    if (call == nullptr) {
        co_return result<void>{};
    }
    if (!call->answered.done()) {
        co_await call->answered.wait();
    }
    co_return producer_core::outcome(*call);
}

class sink_of_loop final : public sink {
public:
    sink_of_loop(std::shared_ptr<producer_core> core, runtime::loop& loop)
        : core_{std::move(core)}, answers_{std::make_shared<answer_queue>(loop.context())} {}

    ~sink_of_loop() override { answers_->close(); }

    sink_of_loop(const sink_of_loop&) = delete;
    sink_of_loop& operator=(const sink_of_loop&) = delete;

    [[nodiscard]] runtime::task<result<void>> publish(std::vector<wire::record> records) override {
        return publish_from(core_, answers_, std::move(records));
    }

private:
    std::shared_ptr<producer_core> core_;
    std::shared_ptr<answer_queue> answers_;
};

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
    return publish_from(state_->core, state_->core->own_answers(), std::move(records));
}

std::unique_ptr<sink> producer::sink_for(runtime::loop& loop) {
    return std::make_unique<sink_of_loop>(state_->core, loop);
}

runtime::task<result<void>> producer::warm_up(vf::duration limit) {
    const auto core = state_->core;
    const auto deadline = steady::now() + limit;
    runtime::blocking_pool pool{1};
    result<void> checked = fail(failure::transient, "broker_unavailable", "no producer handle");
    while (!checked && checked.error().is_transient() && until(deadline) > vf::duration::zero()) {
        const client_handle client = core->client();
        const vf::duration one_try =
            std::min<vf::duration>(until(deadline), std::chrono::seconds{2});
        const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(one_try).count();
        if (client != nullptr) {
            auto work = [client, timeout, replication = core->wanted_replication()] {
                return check_topics(client.get(), replication, static_cast<int>(timeout));
            };
            checked = co_await pool.run(std::move(work));
        }
        if (!checked) {
            co_await runtime::sleep(warm_up_pause);
        }
    }
    if (!checked) {
        error why = checked.error();
        if (const auto refusal = core->refusal(); why.is_transient() && !refusal.empty()) {
            why.detail += "; " + refusal;
        }
        co_return std::unexpected(std::move(why));
    }
    core->accepted();
    for (const wire::topic_description& topic : wire::all_topics()) {
        core->learn_topic(std::string{topic.name});
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

std::string producer::refusal() const {
    return state_->core->refusal();
}

std::int64_t producer::in_flight() const {
    return state_->core->in_flight().records;
}

}  // namespace vf::kafka
