#include "console/migrate.hpp"

#include <cstdio>
#include <string_view>

#include <fmt/core.h>

#include "console/config.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/time_text.hpp"
#include "vf/kafka/admin.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/wire/topics.hpp"

namespace vf::console {

namespace {

constexpr vf::duration reach_limit = std::chrono::seconds{60};

int report(std::string_view what, const error& why) {
    fmt::print(stderr, "console migrate: {}: {} {}\n", what, why.code, why.detail);
    return why.is_transient() ? runtime::exit_could_not_start : runtime::exit_fault;
}

runtime::task<> make_partitions(
    postgres::pool& database, instant now, result<std::int64_t>& added
) {
    // Dates in the database are those of UTC.
    const std::string today = format_instant(now).substr(0, 10);
    auto work = [&](postgres::transaction& tx) {
        postgres::params params;
        params.text(today);
        const auto rows = tx.query("SELECT make_all_partitions($1::date) AS added", params);
        return rows.empty() ? std::int64_t{0} : rows.front().integer("added");
    };
    added = co_await database.transact(work);
}

result<std::int64_t> add_partitions(const migrate_settings& settings) {
    telemetry::registry metrics;
    runtime::loop events;
    postgres::pool_options options;
    options.url = settings.database_url;
    options.application_name = "console migrate";
    options.connections = 1;
    postgres::pool database{events, options, metrics};
    result<std::int64_t> added{0};
    runtime::task_group tasks{events.context()};
    tasks.spawn("partitions", make_partitions(database, system_clock{}.now(), added));
    events.run();
    database.close();
    return added;
}

int run(const migrate_settings& settings) {
    const auto applied =
        postgres::migrate(settings.database_url, settings.migrations_dir, reach_limit);
    if (!applied) {
        return report("the schema", applied.error());
    }
    fmt::print("applied {} migrations\n", *applied);
    const auto added = add_partitions(settings);
    if (!added) {
        return report("the partitions", added.error());
    }
    fmt::print("made {} partitions\n", *added);
    const auto topics = kafka::create_topics(settings.cluster, wire::all_topics(), reach_limit);
    if (!topics) {
        return report("the topics", topics.error());
    }
    fmt::print("all {} topics are there\n", wire::all_topics().size());
    return runtime::exit_drained;
}

}  // namespace

int migrate(int argc, char** argv) {
    config::reader reader{config::process_environment()};
    const auto settings = read_migrate_settings(reader);
    const auto answer = runtime::answer_command_line(
        argc, argv, "console migrate", "brings schema, partitions and topics up to date", reader
    );
    if (answer.finished) {
        return answer.exit_code;
    }
    telemetry::start_logging("console", telemetry::level::warning);
    return run(settings);
}

}  // namespace vf::console
