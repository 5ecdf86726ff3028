// One life of a consumer, for consumer_crash_test: reads `topic`, writes a row per record under a
// unique key, publishes what the rows say to `topic`.out, and ends itself without any farewell at
// the n-th time it passes the given step. Ends by SIGTERM's way when idle for two seconds.
//
// usage: consumer_crash_child BROKERS DATABASE_URL TOPIC GROUP TABLE STEP N   (N = 0: no crash)
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "vf/consumer/worker.hpp"
#include "vf/kafka/group_source.hpp"
#include "vf/kafka/producer.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/task_group.hpp"

namespace {

using namespace vf;

constexpr vf::duration farewell = std::chrono::seconds{5};
constexpr vf::duration glance = std::chrono::milliseconds{500};

struct arguments {
    std::string brokers;
    std::string database;
    std::string topic;
    std::string group;
    std::string table;
    std::string step;
    int count;
};

class row_stage final : public consumer::stage<std::string> {
public:
    row_stage(postgres::pool& database, std::string topic, const std::string& table)
        : database_{database},
          topic_{std::move(topic)},
          insert_{
              "INSERT INTO " + table +
              " (value) SELECT unnest($1::text[]) ON CONFLICT (value) DO UPDATE SET "
              "value = EXCLUDED.value RETURNING value, number"
          } {}

    runtime::task<result<consumer::outcome>> process(consumer::batch<std::string> messages
    ) override {
        std::vector<std::string> values;
        for (const auto& [index, value] : messages) {
            values.push_back(value);
        }
        const auto insert = [this, &values](postgres::transaction& tx) {
            return tx.query(insert_, postgres::params{}.texts(values));
        };
        auto rows = co_await database_.transact(insert);
        if (!rows) {
            co_return forward(rows);
        }
        consumer::outcome processed;
        for (const auto& row : *rows) {
            wire::record output;
            output.topic = topic_ + ".out";
            output.key = row.text(0);
            output.value = row.text(0) + "=" + row.text(1);
            processed.outputs.push_back(std::move(output));
        }
        co_return processed;
    }

private:
    postgres::pool& database_;
    std::string topic_;
    std::string insert_;
};

const std::map<std::string, consumer::step> steps{
    {"received", consumer::step::received},
    {"written", consumer::step::written},
    {"published", consumer::step::published},
    {"committed", consumer::step::committed},
};

runtime::task<> stop_when_idle(kafka::source& source, const int& seen) {
    int before = -1;
    // The group has to be joined first.
    for (int waited = 0; waited < 40; ++waited) {
        co_await runtime::sleep(glance);
        if (seen > 0 && seen == before && waited > 3) {
            break;
        }
        before = seen;
    }
    source.stop();
}

runtime::task<> live(
    kafka::group_source& source, consumer::worker& worker, kafka::producer& producer,
    const int& seen, runtime::task_group& tasks, runtime::loop& events
) {
    tasks.spawn("idle", stop_when_idle(source, seen));
    co_await worker.run();
    co_await source.close(farewell);
    co_await producer.drain(farewell);
    events.stop_now();
}

int run(const arguments& arguments) {
    runtime::loop events;
    telemetry::registry metrics;
    runtime::signal stop{events.context()};
    runtime::signal fault{events.context()};
    system_random randomness;
    postgres::pool database{
        events, {.url = arguments.database, .application_name = "crash", .connections = 1}, metrics
    };
    auto producer = kafka::producer::create(
        events, {.cluster = {arguments.brokers}, .client_id = "crash"}, metrics
    );
    kafka::source_options reading;
    reading.cluster.brokers = arguments.brokers;
    reading.client_id = "crash";
    reading.group = arguments.group;
    reading.instance_id = "crash";
    reading.topics = {arguments.topic};
    reading.batch_records_max = 20;
    reading.session_timeout = std::chrono::seconds{6};
    auto source = kafka::group_source::create(events, reading, metrics, fault);
    if (!producer || !source) {
        return 2;
    }
    row_stage stage{database, arguments.topic, arguments.table};
    int seen = 0;
    int passed = 0;
    const auto watch = [&](consumer::step now) {
        ++seen;
        if (arguments.count > 0 && now == steps.at(arguments.step) && ++passed == arguments.count) {
            ::kill(::getpid(), SIGKILL);
        }
    };
    const auto value_of = [](const wire::record& record) -> result<std::string> {
        return record.value;
    };
    consumer::decoding_stage<std::string> decoding{value_of, stage};
    const system_clock clock;
    consumer::worker_options options{{arguments.group, arguments.topic, "crash"}, {}};
    options.on_step = watch;
    consumer::worker worker{
        {**source, decoding, **producer, clock, randomness, stop, fault},
        std::move(options),
        metrics
    };
    runtime::task_group tasks{events.context()};
    tasks.spawn("life", live(**source, worker, **producer, seen, tasks, events));
    events.run();
    return fault.raised() ? 3 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 8) {
        return 64;
    }
    return run({argv[1], argv[2], argv[3], argv[4], argv[5], argv[6], std::atoi(argv[7])});
}
