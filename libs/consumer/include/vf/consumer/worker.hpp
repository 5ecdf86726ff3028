// The one rule for every consumer: decide → write → publish → commit. A worker takes a batch from
// its source, has the stage process it, publishes every output and every record that was set aside,
// awaits the acknowledgements, and only then commits the input offsets. A crash anywhere repeats
// the batch, and the repeat changes nothing: the input offset is the outbox. Loop thread.
//
// No record stops a worker: what the database refuses for its content, or our code for an
// exception, is narrowed down and set aside; what takes too long is put off once before. A fault
// that is no record's, and no commit of it would be right, makes the worker stand still: it keeps
// the batch, says why (`stalled`) and tries again after a pause, since the cause may be mended
// outside. The process and its other workers go on.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "vf/base/backoff.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/consumer/breaker.hpp"
#include "vf/consumer/record_stage.hpp"
#include "vf/consumer/worker_metrics.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/kafka/source.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/wire/topics.hpp"

namespace vf::consumer {

// Where a crash may come; tests stop the process at each.
enum class step { received, written, published, committed };

struct worker_options {
    wire::consumer_description consumer;
    breaker stops;  // when most of a batch would be set aside
    // Of the tries of one write or publish.
    backoff retry{};
    // Between the tries of a batch that was given up.
    backoff pause{std::chrono::seconds{1}, std::chrono::minutes{1}};
    // Where records of a project go that has cost so many transactions of one batch, or so much
    // time, to be narrowed down later; empty: they are narrowed down at once, however many they
    // are.
    std::string_view deferral_topic{};
    std::size_t tries_per_share{64};
    // Also how long one record alone may time out that cannot be put off.
    vf::duration time_per_share{std::chrono::minutes{1}};
    // Called after each step; nothing in production.
    std::function<void(step)> on_step{};
};

// Owned by the host or by a test, and outliving the worker.
struct worker_dependencies {
    kafka::source& source;
    record_stage& stage;
    kafka::sink& sink;
    const vf::clock& clock;
    vf::random& random;
    runtime::signal& stop;   // raised: finish the batch that is out, then end
    runtime::signal& fault;  // raised by the worker when its source can never be read again
};

// Why a worker stands still, and before which record.
struct stall {
    wire::coordinates where;
    error why;
};

class narrowing;
struct effort;

class worker {
public:
    worker(
        const worker_dependencies& dependencies, worker_options options,
        telemetry::registry& registry
    );

    // Until the source stops or fails for good. While stopping, a batch that meets an error is left
    // to be repeated by its next owner.
    [[nodiscard]] runtime::task<> run();

    // When the oldest record of the batch that is being processed was put on its topic; nothing
    // while there is none to be had. Partitions are read in order, so nothing older waits behind.
    [[nodiscard]] std::optional<instant> oldest_in_hand() const { return oldest_; }

    // Nothing while it gets on; a fault of the environment counts once it has lasted.
    [[nodiscard]] const std::optional<stall>& stalled() const { return stall_; }

private:
    // What the records of a batch came to, over all the transactions it took.
    struct progress {
        std::vector<wire::record> outputs;
        std::size_t set_aside{0};
        std::size_t refused{0};
        std::size_t deferred{0};
        std::size_t impossible{0};
        std::optional<wire::coordinates> first_impossible;
    };

    // Until the batch has had its effect. False: stopping, do not commit.
    [[nodiscard]] runtime::task<bool> settle(const std::vector<wire::record>& records);
    // Errors: why the batch cannot be committed; stopped when it is left to its next owner.
    [[nodiscard]] runtime::task<result<void>> process_batch(const std::vector<wire::record>& records
    );
    [[nodiscard]] runtime::task<result<void>> write(
        const std::vector<wire::record>& records, progress& done
    );
    // False: some of them are at fault, and each part is to be tried by itself.
    [[nodiscard]] runtime::task<result<bool>> write_set(
        const std::vector<wire::record>& set, effort spent, narrowing& sets, progress& done
    );
    // Tries until the answer is one that more tries would not change. Errors: data when some of the
    // records are at fault, stopped, or why the worker stands still.
    [[nodiscard]] runtime::task<result<outcome>> process(
        const std::vector<wire::record>& records, effort& spent
    );
    [[nodiscard]] runtime::task<result<outcome>> process_once(
        const std::vector<wire::record>& records
    );
    [[nodiscard]] runtime::task<result<void>> publish_until_acked(std::vector<wire::record> outputs
    );
    [[nodiscard]] bool is_about_records(
        const error& why, const std::vector<wire::record>& records, const effort& spent
    ) const;
    [[nodiscard]] bool may_be_put_off(const wire::record& record) const;
    void give_up(const wire::record& record, const error& why, narrowing& sets, progress& done)
        const;
    void set_aside(const wire::record& original, refusal refused, progress& done) const;
    void defer(const std::vector<wire::record>& records, progress& done) const;
    // Waits before the next try. Errors: `why`, or stopped.
    [[nodiscard]] runtime::task<result<void>> try_again(
        const error& why, std::uint32_t failures, wire::coordinates where
    );
    void stand_still(wire::coordinates where, const error& why);
    void get_on();
    void passed(step now) const;

    worker_dependencies deps_;
    worker_options options_;
    telemetry::logger log_;
    std::optional<instant> oldest_;
    std::optional<stall> stall_;
    worker_metrics metrics_;
};

}  // namespace vf::consumer
