// A worker against every crash point, on a real broker and a real database: a process is
// killed at each step several times over, and afterwards every input has one row, every row has
// been published, and nothing is left to be consumed.
#include <sys/wait.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "vf/kafka/admin.hpp"
#include "vf/kafka/group_source.hpp"
#include "vf/kafka/producer.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/support/run_task.hpp"

using namespace vf;

namespace {

constexpr int inputs = 200;
constexpr auto patience = std::chrono::seconds{60};

std::string setting(const char* name) {
    const char* value = std::getenv(name);
    REQUIRE(value != nullptr);
    return value;
}

std::string unique(const std::string& name) {
    std::random_device device;
    return name + "_" + std::to_string(device());
}

// The exit code, or minus the signal that ended it.
int run_child(const std::vector<std::string>& arguments) {
    std::string command = VF_CRASH_CHILD;
    for (const auto& argument : arguments) {
        command += " '" + argument + "'";
    }
    const int status = std::system(("exec " + command).c_str());
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

struct consumer_fixture {
    consumer_fixture()
        : brokers{setting("VF_KAFKA_BROKERS")},
          url{setting("VF_DATABASE_URL")},
          database{events, {.url = url, .application_name = "test", .connections = 1}, metrics} {}

    void prepare() {
        const std::string out = topic + ".out";
        const std::vector<wire::topic_description> topics{
            {topic, 2, std::chrono::hours{1}}, {out, 2, std::chrono::hours{1}}
        };
        REQUIRE(kafka::create_topics({brokers}, topics, std::chrono::seconds{30}).has_value());
        script(
            "CREATE TABLE " + table +
            " (value text PRIMARY KEY, number bigint GENERATED ALWAYS AS IDENTITY)"
        );
        auto producer =
            kafka::producer::create(events, {.cluster = {brokers}, .client_id = "test"}, metrics);
        REQUIRE(producer.has_value());
        std::vector<wire::record> records;
        for (int i = 0; i < inputs; ++i) {
            wire::record record;
            record.topic = topic;
            record.key = "k" + std::to_string(i % 7);
            record.value = "v" + std::to_string(i);
            records.push_back(std::move(record));
        }
        const auto published = support::run_task(events, (*producer)->publish(std::move(records)));
        REQUIRE(published.has_value());
        support::run_task(events, (*producer)->drain(std::chrono::seconds{10}));
    }

    void script(const std::string& statement) {
        const auto work = [&](postgres::transaction& t) { t.script(statement); };
        REQUIRE(support::run_task(events, database.transact(work)).has_value());
    }

    std::map<std::string, std::string> rows() {
        const auto work = [&](postgres::transaction& t) {
            return t.query("SELECT value, number FROM " + table);
        };
        auto found = support::run_task(events, database.transact(work));
        REQUIRE(found.has_value());
        std::map<std::string, std::string> all;
        for (const auto& row : *found) {
            all[row.text(0)] = row.text(1);
        }
        return all;
    }

    // What stands in the output topic: value → every number it was published with.
    std::map<std::string, std::vector<std::string>> published() {
        kafka::source_options reading;
        reading.cluster.brokers = brokers;
        reading.client_id = "test";
        reading.group = unique("reader");
        reading.topics = {topic + ".out"};
        runtime::signal fault{events.context()};
        auto source = kafka::group_source::create(events, reading, metrics, fault);
        REQUIRE(source.has_value());
        std::map<std::string, std::vector<std::string>> all;
        while (all.size() < inputs) {
            auto batch = support::run_task(events, (*source)->next(), patience);
            REQUIRE(batch.has_value());
            REQUIRE_FALSE(batch->records.empty());
            for (const auto& record : batch->records) {
                const auto equals = record.value.find('=');
                all[record.value.substr(0, equals)].push_back(record.value.substr(equals + 1));
            }
        }
        (*source)->stop();
        support::run_task(events, (*source)->close(std::chrono::seconds{10}));
        return all;
    }

    std::vector<std::string> child(const std::string& step, int count) const {
        return {brokers, url, topic, group, table, step, std::to_string(count)};
    }

    runtime::loop events;
    telemetry::registry metrics;
    std::string brokers;
    std::string url;
    std::string topic{unique("crash")};
    std::string group{unique("group")};
    std::string table{unique("crash")};
    postgres::pool database;
};

}  // namespace

TEST_CASE("consumer: killed at any step, every input has one row and every row is published") {
    const std::string step = GENERATE("received", "written", "published", "committed");
    consumer_fixture w;
    w.prepare();
    // Killed in its first batch, then in its second.
    CHECK(run_child(w.child(step, 1)) == -SIGKILL);
    CHECK(run_child(w.child(step, 2)) == -SIGKILL);
    CHECK(run_child(w.child(step, 0)) == 0);

    const auto rows = w.rows();
    CHECK(rows.size() == inputs);
    const auto published = w.published();
    CHECK(published.size() == inputs);
    for (const auto& [value, numbers] : published) {
        for (const auto& number : numbers) {
            // A repeat publishes what the row says, not what a second pass would have decided.
            CHECK(rows.at(value) == number);
        }
    }
    w.script("DROP TABLE " + w.table);
}
