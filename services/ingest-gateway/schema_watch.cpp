#include "ingest-gateway/schema_watch.hpp"

#include <chrono>
#include <utility>

#include "vf/postgres/migrations.hpp"
#include "vf/postgres/pool.hpp"

namespace vf::ingest_gateway {

namespace {

// How long a start waits, and from one try to the next.
constexpr vf::duration wait_limit = std::chrono::seconds{2};

}  // namespace

runtime::task<> schema_watch::run(
    std::string database_url, std::string_view application_name, telemetry::registry& metrics,
    runtime::signal& stop, runtime::signal& fault
) {
    postgres::pool_options options;
    options.url = std::move(database_url);
    options.application_name = application_name;
    options.connections = 1;
    options.connect_timeout = wait_limit;
    options.statement_timeout = wait_limit;
    postgres::pool database{events_, options, metrics};
    for (bool stopping = false; !stopping && !answered_.raised();) {
        outcome_ = co_await postgres::require_schema(database, vf::duration::zero());
        if (outcome_ || outcome_.error().code == "schema_too_old") {
            answered_.raise();
        } else {
            const auto& [kind, code, detail] = outcome_.error();
            log_.warning("the database does not answer", {{"code", code}, {"detail", detail}});
            stopping = co_await stop.wait_for(wait_limit);
        }
    }
    database.close();
    if (answered_.raised() && !outcome_) {
        log_.error("the schema does not fit", {{"detail", outcome_.error().detail}});
        fault.raise();
    }
}

runtime::task<result<void>> schema_watch::wait() {
    const bool answered = co_await answered_.wait_for(wait_limit);
    co_return answered ? outcome_ : result<void>{};
}

}  // namespace vf::ingest_gateway
