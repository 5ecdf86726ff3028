#include "ingest-gateway/send_probes.hpp"

#include <catch2/catch_test_macros.hpp>

#include "vf/base/time_text.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/support/memory_topic.hpp"
#include "vf/support/run_task.hpp"
#include "vf/wire/messages.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

const error away{failure::transient, "broker_unavailable", {}};

struct probe_fixture {
    runtime::loop events;
    runtime::task_group tasks{events.context()};
    runtime::signal stop{events.context()};
    manual_clock now{*parse_instant("2024-11-20T12:00:00Z")};
    support::memory_sink sink;
    broker_health health;

    void start(std::optional<vf::duration> interval) {
        tasks.spawn("send_probes", send_probes(sink, health, now, interval, stop, tasks));
    }

    void end() {
        stop.raise();
        support::run_until(events, [this] { return tasks.running() == 0; });
    }
};

// The first calls hang until `go`, then fail.
class hanging_sink final : public kafka::sink {
public:
    hanging_sink(runtime::loop& events, int hanging) : go{events.context()}, hanging_{hanging} {}

    [[nodiscard]] runtime::task<result<void>> publish(std::vector<wire::record>) override {
        if (++calls <= hanging_) {
            static_cast<void>(co_await go.wait_for(std::chrono::minutes{1}));
            co_return std::unexpected(away);
        }
        co_return result<void>{};
    }

    runtime::signal go;
    int calls{0};

private:
    int hanging_;
};

}  // namespace

TEST_CASE("probes: after a failed delivery they go on until one comes through") {
    probe_fixture fixture;
    fixture.health.note(std::unexpected(away), 0);
    for (int i = 0; i < 3; ++i) {
        fixture.sink.fail_next(away);
    }
    fixture.start(std::nullopt);
    CHECK(fixture.health.failing());
    support::run_until(fixture.events, [&] { return !fixture.health.failing(); });
    REQUIRE(fixture.sink.published.size() == 1);
    const auto probe = wire::decode_ingest(fixture.sink.published.front());
    REQUIRE(probe.has_value());
    CHECK(probe->kind == wire::ingest_kind::probe);
    fixture.end();
    CHECK(fixture.sink.published.size() == 1);
}

TEST_CASE("probes: one that fails is the first to say so") {
    probe_fixture fixture;
    fixture.sink.fail_next(away);
    fixture.start(std::chrono::minutes{1});
    support::run_until(fixture.events, [&] { return fixture.health.failing(); });
    fixture.end();
    CHECK(fixture.sink.published.empty());
}

TEST_CASE("broker health: a record that is too large, or a full producer, says nothing") {
    broker_health health;
    for (const auto* code : {"record_too_large", "producer_full", "draining"}) {
        health.note(fail(failure::transient, code), health.sending());
        CHECK_FALSE(health.failing());
    }
    health.note(std::unexpected(away), health.sending());
    health.note(fail(failure::data, "record_too_large"), health.sending());
    CHECK(health.failing());
    health.note({}, health.sending());
    CHECK_FALSE(health.failing());
}

TEST_CASE("broker health: a partition that cannot be written, beside others that can, fails nothing"
) {
    broker_health health;
    const auto hanging = health.sending();
    health.note({}, health.sending());
    health.note(std::unexpected(away), hanging);
    CHECK_FALSE(health.failing());
    // Nothing has succeeded since this one was sent.
    health.note(std::unexpected(away), health.sending());
    CHECK(health.failing());
}

TEST_CASE("probes: one that hangs holds back no other") {
    probe_fixture fixture;
    hanging_sink sink{fixture.events, 3};
    fixture.health.note(std::unexpected(away), 0);
    fixture.tasks.spawn(
        "send_probes",
        send_probes(sink, fixture.health, fixture.now, std::nullopt, fixture.stop, fixture.tasks)
    );
    support::run_until(fixture.events, [&] { return !fixture.health.failing(); });
    CHECK(sink.calls == 4);
    sink.go.raise();
    fixture.end();
}
