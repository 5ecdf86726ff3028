// A migrated schema of its own and the normaliser's store on it.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "normaliser/postgres_store.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/support/past_noon.hpp"
#include "vf/support/run_task.hpp"
#include "vf/support/scratch_schema.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::normaliser_tests {

inline const domain::project_id project{"prj_1"};
inline const instant noon = support::noon_yesterday();

inline instant at_minute(int minute) {
    return noon + std::chrono::minutes{minute};
}

inline std::string minute_literal(int minute) {
    return support::sql_literal(at_minute(minute));
}

inline domain::record_id record(int number) {
    domain::record_id id;
    id.bytes[0] = static_cast<std::uint8_t>(number >> 8);
    id.bytes[1] = static_cast<std::uint8_t>(number);
    return id;
}

// Received at noon, what is later when it is true.
inline normaliser::new_event event_of(
    int number, const std::string& user, const std::string& name = "x", int minute = 0
) {
    normaliser::new_event event;
    event.who = {project, domain::external_user_id{user}};
    event.id = record(number);
    event.name = name;
    event.properties = R"({"n": 1.10})";
    event.occurred_at = at_minute(minute);
    event.received_at = std::max(noon, at_minute(minute));
    return event;
}

inline normaliser::user_change user_of(
    int number, const std::string& user, std::vector<domain::trait> traits = {}, int minute = 0
) {
    normaliser::user_change change;
    change.who = {project, domain::external_user_id{user}};
    change.id = record(number);
    change.traits = std::move(traits);
    change.effective_at = at_minute(minute);
    change.received_at = std::max(noon, at_minute(minute));
    return change;
}

class normaliser_fixture {
public:
    normaliser_fixture() {
        const auto migrated = postgres::migrate(
            scratch_.url(), VF_SOURCE_DIR "/deploy/migrations", std::chrono::seconds{20}
        );
        if (!migrated) {
            throw std::runtime_error{migrated.error().detail};
        }
        database_ = make_pool(4);
        store_ = std::make_unique<normaliser::postgres_store>(*database_);
    }

    [[nodiscard]] std::unique_ptr<postgres::pool> make_pool(std::size_t connections) {
        postgres::pool_options options;
        options.url = scratch_.url();
        options.application_name = "vf-test";
        options.connections = connections;
        return std::make_unique<postgres::pool>(events_, options, metrics_);
    }

    normaliser::ingest_written write(
        std::vector<normaliser::user_change> users, std::vector<normaliser::new_event> events,
        instant now = noon
    ) {
        return write(normaliser::ingest_batch{std::move(users), std::move(events)}, now);
    }

    normaliser::ingest_written write(normaliser::ingest_batch batch, instant now = noon) {
        auto written = support::run_task(events_, store_->write(std::move(batch), now));
        if (!written) {
            throw std::runtime_error{written.error().code + ": " + written.error().detail};
        }
        return *written;
    }

    void run(const std::string& statements) {
        auto work = [&](postgres::transaction& tx) { tx.script(statements); };
        const auto done = support::run_task(events_, database_->transact(work));
        if (!done) {
            throw std::runtime_error{done.error().detail};
        }
    }

    // The one text a query answers; "" for NULL, "none" for no row.
    std::string query_text(const std::string& query) {
        auto work = [&](postgres::transaction& tx) -> std::string {
            const auto rows = tx.query(query);
            return rows.empty() ? "none" : rows.front().optional_text(0).value_or("");
        };
        const auto answer = support::run_task(events_, database_->transact(work));
        if (!answer) {
            throw std::runtime_error{answer.error().detail};
        }
        return *answer;
    }

    [[nodiscard]] normaliser::postgres_store& store() { return *store_; }

    [[nodiscard]] postgres::pool& database() { return *database_; }

    [[nodiscard]] runtime::loop& events() { return events_; }

    [[nodiscard]] std::string url() const { return scratch_.url(); }

private:
    telemetry::registry metrics_;
    support::scratch_schema scratch_;
    runtime::loop events_;
    std::unique_ptr<postgres::pool> database_;
    std::unique_ptr<normaliser::postgres_store> store_;
};

}  // namespace vf::normaliser_tests
