// Writes numbered records to a topic and reads them back through a group, for cluster_test: with
// our producer and our source, reached by the settings of the environment as a service is. A call
// that fails is made again until it is acknowledged, as our services do.
//
// usage: cluster_traffic TOPIC GROUP
//
// Prints now and then, as a line of JSON, how many records were acknowledged and read. After
// SIGTERM it writes no more, waits until everything acknowledged has been read, a minute at most,
// and adds to its last line what is missing, what is twice in the topic, how many records were in
// calls that were made again, and the longest times without progress.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "vf/kafka/cluster.hpp"
#include "vf/kafka/group_source.hpp"
#include "vf/kafka/producer.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/log.hpp"

namespace {

using namespace vf;
using steady = std::chrono::steady_clock;

constexpr int records_per_call = 20;
constexpr vf::duration pace = std::chrono::milliseconds{10};
constexpr vf::duration retry_pause = std::chrono::milliseconds{100};
constexpr vf::duration report_interval = std::chrono::milliseconds{200};
constexpr vf::duration read_limit = std::chrono::minutes{1};
constexpr vf::duration farewell = std::chrono::seconds{10};

volatile std::sig_atomic_t asked_to_end = 0;

// The longest time between two signs of life.
class progress {
public:
    void note() {
        longest_ = std::max(longest_, steady::now() - last_);
        last_ = steady::now();
    }

    [[nodiscard]] double longest_seconds() const {
        return std::chrono::duration<double>(longest_).count();
    }

private:
    steady::time_point last_{steady::now()};
    steady::duration longest_{0};
};

struct traffic {
    kafka::producer& producer;
    kafka::group_source& source;
    std::string topic;

    std::set<std::string> acknowledged{};
    // By the place in the log of each, to tell one that was read twice from one that is there
    // twice.
    std::map<std::string, std::set<std::pair<std::int32_t, std::int64_t>>> read{};
    std::size_t repeated_calls{0};
    bool ended{false};
    progress writing{};
    progress reading{};

    [[nodiscard]] std::size_t missing() const {
        return static_cast<std::size_t>(std::ranges::count_if(
            acknowledged, [this](const auto& one) { return !read.contains(one); }
        ));
    }

    [[nodiscard]] std::size_t doubled() const {
        std::size_t more = 0;
        for (const auto& [value, places] : read) {
            more += places.size() - 1;
        }
        return more;
    }
};

std::vector<wire::record> make_call(const std::string& topic, int& number) {
    std::vector<wire::record> records;
    for (int i = 0; i < records_per_call; ++i, ++number) {
        wire::record record;
        record.topic = topic;
        record.key = fmt::format("user-{}", number % 50);
        record.value = std::to_string(number);
        records.push_back(std::move(record));
    }
    return records;
}

runtime::task<> write_until_acknowledged(traffic& all, std::vector<wire::record> records) {
    for (;;) {
        auto published = co_await all.producer.publish(records);
        if (published) {
            break;
        }
        ++all.repeated_calls;
        co_await runtime::sleep(retry_pause);
    }
    all.writing.note();
    for (const auto& record : records) {
        all.acknowledged.insert(record.value);
    }
}

runtime::task<> write(traffic& all) {
    int number = 0;
    while (asked_to_end == 0) {
        co_await write_until_acknowledged(all, make_call(all.topic, number));
        co_await runtime::sleep(pace);
    }
    const auto patience = steady::now() + read_limit;
    while (all.missing() > 0 && steady::now() < patience) {
        co_await runtime::sleep(retry_pause);
    }
    all.source.stop();
}

runtime::task<> read(traffic& all) {
    for (;;) {
        auto batch = co_await all.source.next();
        if (!batch || batch->records.empty()) {
            break;
        }
        all.reading.note();
        for (const auto& record : batch->records) {
            all.read[record.value].insert({record.partition, record.offset});
        }
        // What is not committed comes again.
        std::ignore = co_await all.source.commit(*batch);
    }
}

runtime::task<> report(traffic& all) {
    while (!all.ended) {
        co_await runtime::sleep(report_interval);
        fmt::print(
            R"({{"acknowledged":{},"read":{}}})"
            "\n",
            all.acknowledged.size(), all.read.size()
        );
        std::fflush(stdout);
    }
}

runtime::task<> run(traffic& all, runtime::task_group& tasks, runtime::loop& events) {
    tasks.spawn("read", read(all));
    tasks.spawn("report", report(all));
    co_await write(all);
    all.ended = true;
    co_await tasks.join(farewell);
    co_await all.source.close(farewell);
    co_await all.producer.drain(farewell);
    fmt::print(
        R"({{"acknowledged":{},"missing":{},"doubled":{},"repeated":{},)"
        R"("writing_stood":{:.1f},"reading_stood":{:.1f}}})"
        "\n",
        all.acknowledged.size(), all.missing(), all.doubled(),
        all.repeated_calls * records_per_call, all.writing.longest_seconds(),
        all.reading.longest_seconds()
    );
    std::fflush(stdout);
    events.stop_now();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        return 64;
    }
    config::reader settings{config::process_environment()};
    const auto cluster = kafka::read_cluster(settings);
    if (const auto faults = settings.finish()) {
        fmt::print(stderr, "{}\n", *faults);
        return 64;
    }
    std::signal(SIGTERM, [](int) { asked_to_end = 1; });
    runtime::loop events;
    telemetry::registry metrics;
    runtime::signal fault{events.context()};
    auto producer =
        kafka::producer::create(events, {.cluster = cluster, .client_id = "traffic"}, metrics);
    kafka::source_options reading;
    reading.cluster = cluster;
    reading.client_id = "traffic";
    reading.group = argv[2];
    reading.topics = {argv[1]};
    reading.instance_id = "traffic";
    auto source = kafka::group_source::create(events, reading, metrics, fault);
    if (!producer || !source) {
        return 2;
    }
    traffic all{**producer, **source, argv[1]};
    runtime::task_group tasks{events.context()};
    runtime::task_group main_task{events.context()};
    main_task.spawn("run", run(all, tasks, events));
    events.run();
    return 0;
}
