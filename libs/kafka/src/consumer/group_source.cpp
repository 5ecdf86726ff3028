#include "vf/kafka/group_source.hpp"

#include "consumer/group_core.hpp"

namespace vf::kafka {

namespace {

using steady = std::chrono::steady_clock;

// Commits fail for a moment while the group changes; the same offsets are good a little later.
constexpr int commit_tries_max = 5;
constexpr vf::duration commit_retry_first = std::chrono::milliseconds{50};
// librdkafka answers each commit within its own socket and session timeouts.
constexpr vf::duration commit_answer_limit = std::chrono::seconds{60};
constexpr vf::duration join_limit = std::chrono::seconds{10};
// What librdkafka has no event for is polled.
constexpr vf::duration poll_interval = std::chrono::milliseconds{5};
constexpr vf::duration wait_limit = std::chrono::minutes{1};

runtime::task<> wait_for_commit(std::shared_ptr<group_core> core) {
    const auto deadline = steady::now() + commit_answer_limit;
    while (core->commit_under_way() && steady::now() < deadline) {
        co_await core->commit_answered().wait_for(commit_answer_limit);
    }
}

// While the group changes, our partitions may be revoked: then there is nothing left to commit.
runtime::task<> wait_for_join(std::shared_ptr<group_core> core) {
    const auto deadline = steady::now() + join_limit;
    while (core->joining() && core->has_uncommitted() && steady::now() < deadline) {
        co_await runtime::sleep(poll_interval);
    }
}

}  // namespace

struct group_source::state {
    std::shared_ptr<group_core> core;
};

result<std::unique_ptr<group_source>> group_source::create(
    runtime::loop& events, const source_options& options, telemetry::registry& metrics,
    runtime::signal& fault
) {
    auto created = std::make_unique<state>();
    created->core = std::make_shared<group_core>(events.context(), options, metrics, fault);
    if (auto opened = created->core->open(); !opened) {
        created->core->shut();
        return forward(opened);
    }
    return std::unique_ptr<group_source>{new group_source{std::move(created)}};
}

group_source::group_source(std::unique_ptr<state> state) : state_{std::move(state)} {}

group_source::~group_source() {
    state_->core->shut();
}

runtime::task<result<batch>> group_source::next() {
    const auto core = state_->core;
    core->abandon();
    for (;;) {
        if (core->fatal()) {
            co_return std::unexpected(*core->fatal());
        }
        if (core->stopped()) {
            co_return batch{};
        }
        if (core->has_records()) {
            co_return core->take();
        }
        co_await core->changed().wait_for(wait_limit);
    }
}

runtime::task<result<void>> group_source::commit(const batch& done) {
    const auto core = state_->core;
    core->done(done);
    vf::duration pause = commit_retry_first;
    for (int tries = 0; tries < commit_tries_max; ++tries) {
        // An earlier one may be under way; ours is sent after it.
        co_await wait_for_commit(core);
        co_await wait_for_join(core);
        core->send_commit();
        co_await wait_for_commit(core);
        if (core->fatal()) {
            co_return std::unexpected(*core->fatal());
        }
        if (!core->has_uncommitted()) {
            co_return result<void>{};
        }
        co_await runtime::sleep(pause);
        pause *= 2;
    }
    co_return fail(failure::transient, "commit_failed", rd_kafka_err2str(core->last_commit()));
}

void group_source::touch() {
    state_->core->touch();
}

void group_source::stop() {
    state_->core->stop();
}

std::string group_source::trouble() const {
    return state_->core->trouble();
}

bool group_source::joined() const {
    return state_->core->joined();
}

runtime::task<bool> group_source::close(vf::duration limit) {
    const auto core = state_->core;
    const auto deadline = steady::now() + limit;
    if (!core->begin_leaving()) {
        co_return true;
    }
    while (!core->has_left()) {
        if (steady::now() >= deadline) {
            co_return false;
        }
        co_await runtime::sleep(poll_interval);
    }
    co_return true;
}

}  // namespace vf::kafka
