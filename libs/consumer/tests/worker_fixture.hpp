// A worker with its source, sink and stage in memory; the stage refuses by what a record says.
#pragma once

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vf/consumer/worker.hpp"
#include "vf/support/memory_topic.hpp"
#include "vf/support/run_task.hpp"
#include "vf/wire/set_aside.hpp"
#include "vf/wire/topics.hpp"

namespace vf::consumer::tests {

inline constexpr instant noon = from_microseconds(1'700'000'000'000'000);
inline constexpr wire::consumer_description consumer_of_test{"test", "in", "stage"};

// Writes a row a message under a unique key and publishes what the row says, new or not. A value
// that starts with "bad" is refused by the "database", one with "wrong" is set aside, and one with
// "stuck" takes too long, by itself too.
class table_stage final : public stage<std::string> {
public:
    runtime::task<result<outcome>> process(batch<std::string> messages) override {
        ++transactions;
        if (on_process) {
            on_process();
        }
        if (!failures.empty()) {
            error why = failures.back();
            failures.pop_back();
            co_return std::unexpected(why);
        }
        for (const auto& [index, value] : messages) {
            if (value.starts_with("bad")) {
                co_return fail(failure::data, "database_refused", "22021");
            }
            if (value.starts_with("unique")) {
                co_return fail(failure::conflict, "unique_violation", "23505");
            }
            if (value.starts_with("slow") && messages.size() > 2) {
                co_return fail(failure::transient, "database_timeout", "57014");
            }
            if (value.starts_with("stuck")) {
                on_timeout();
                co_return fail(failure::transient, "database_timeout", "57014");
            }
            if (value.starts_with("throw")) {
                throw std::out_of_range{"no such place"};
            }
        }
        outcome processed;
        for (const auto& [index, value] : messages) {
            if (value.starts_with("wrong")) {
                processed.set_aside.push_back({index, {{}, "invalid_body", "field", {}}, true});
                continue;
            }
            rows.insert(value);
            last_row_in = transactions;
            processed.outputs.push_back({.topic = "out", .key = {}, .value = value, .headers = {}});
        }
        co_return processed;
    }

    std::set<std::string> rows;
    std::vector<error> failures;
    std::function<void()> on_process;
    std::function<void()> on_timeout;
    int transactions{0};
    int last_row_in{0};  // the transaction
};

// "garbage" is not of this topic, until a version comes that takes everything.
inline result<std::string> decode(const wire::record& record, bool all) {
    if (!all && record.value.starts_with("garbage")) {
        return fail(failure::data, "undecodable_record", "not a message of this topic");
    }
    return record.value;
}

inline std::vector<wire::record> numbered(std::size_t count) {
    std::vector<wire::record> records;
    for (std::size_t i = 0; i < count; ++i) {
        records.push_back(
            {.topic = "in", .key = {}, .value = "r" + std::to_string(i), .headers = {}}
        );
        records.back().partition = 0;
        records.back().offset = static_cast<std::int64_t>(i);
    }
    return records;
}

inline std::vector<wire::record> valued(const std::string& prefix, std::size_t count) {
    auto records = numbered(count);
    for (auto& record : records) {
        record.value = prefix + record.value;
    }
    return records;
}

struct worker_fixture {
    explicit worker_fixture(std::vector<wire::record> records, std::size_t batch_max = 4)
        : source{std::move(records), batch_max}, stop{loop.context()}, fault{loop.context()} {}

    void run(std::function<void(step)> on_step = {}) {
        worker_options options{consumer_of_test, {}};
        options.retry = {vf::duration{1}, vf::duration{10}};
        options.pause = {vf::duration{1}, vf::duration{10}};
        options.deferral_topic = deferral_topic;
        options.on_step = std::move(on_step);
        worker worker{
            {source, decoding, sink, clock, random, stop, fault}, std::move(options), registry
        };
        stalled = &worker.stalled();
        support::run_task(loop, worker.run());
        ended_stalled = worker.stalled();
        stalled = &ended_stalled;
    }

    // Of the item for the record of that value.
    [[nodiscard]] wire::set_aside_reason reason_of(std::string_view value) const {
        for (const auto& record : sink.published) {
            if (record.topic != wire::topic::quarantine) {
                continue;
            }
            const auto item = wire::decode_quarantined(record);
            REQUIRE(item.has_value());
            if (item->original.value == value) {
                return item->reason;
            }
        }
        FAIL("not set aside: " << value);
        return {};
    }

    [[nodiscard]] std::ptrdiff_t set_aside() const {
        return std::ranges::count(sink.published, wire::topic::quarantine, &wire::record::topic);
    }

    std::string_view deferral_topic;
    runtime::loop loop;
    telemetry::registry registry;
    manual_clock clock{noon};
    seeded_random random{1};
    support::memory_source source;
    support::memory_sink sink;
    table_stage table;
    bool decoding_all{false};
    decoding_stage<std::string> decoding{
        [this](const wire::record& record) { return decode(record, decoding_all); }, table
    };
    const std::optional<stall>* stalled{nullptr};  // of the worker that runs, or ran
    std::optional<stall> ended_stalled;
    runtime::signal stop;
    runtime::signal fault;
};

inline std::multiset<std::string> values(const std::vector<wire::record>& records) {
    std::multiset<std::string> all;
    for (const auto& record : records) {
        all.insert(record.value);
    }
    return all;
}

}  // namespace vf::consumer::tests
