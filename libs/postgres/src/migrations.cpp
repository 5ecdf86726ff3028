#include "vf/postgres/migrations.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "migration_files.hpp"
#include "session.hpp"
#include "vf/base/backoff.hpp"

namespace vf::postgres {

namespace {

using steady = std::chrono::steady_clock;

// Any constant serves, as long as every migrator takes the same one: "vf migrat" in ASCII.
constexpr std::int64_t advisory_lock = 0x7666206d69677261;

constexpr auto create_table =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    "version bigint PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT "
    "now())";

// How long to wait before the next try, nothing when the time is over. No randomness: few migrators
// exist, and the lock orders them.
std::optional<vf::duration> next_try(steady::time_point until, std::uint32_t failures) {
    const auto left = std::chrono::duration_cast<vf::duration>(until - steady::now());
    if (left <= vf::duration::zero()) {
        return std::nullopt;
    }
    return std::min(left, backoff{}.delay(failures, 0.5));
}

class migrator {
public:
    migrator(const std::string& url, std::vector<migration> files, vf::duration limit)
        : session_{options_for(url, limit), [](int) {}}, files_{std::move(files)}, limit_{limit} {}

    [[nodiscard]] std::int64_t applied() const { return applied_; }

    // One transaction for each migration. The lock lasts as long as its transaction, and what is
    // still to do is read under it, so a lost connection or a second migrator changes nothing.
    result<void> apply_all() {
        for (;;) {
            auto more = apply_next();
            if (!more) {
                session_.roll_back();
                return forward(more);
            }
            if (!*more) {
                return {};
            }
            ++applied_;
        }
    }

private:
    static session_options options_for(const std::string& url, vf::duration limit) {
        return {
            .url = url,
            .application_name = "vibefollow-migrate",
            .statement_timeout = {},
            .connect_timeout = limit,
            .settings = {},
            .autocommit = false,
        };
    }

    // False when nothing is left to apply.
    result<bool> apply_next() {
        auto newest = newest_under_lock();
        if (!newest) {
            return forward(newest);
        }
        const auto next = std::ranges::find_if(files_, [&newest](const migration& file) {
            return file.version > *newest;
        });
        result<void> done;
        if (next != files_.end()) {
            done = apply(*next);
        }
        if (done) {
            done = session_.commit();
        }
        if (!done) {
            return next == files_.end() ? forward(done) : about(*next, std::move(done.error()));
        }
        return next != files_.end();
    }

    result<std::int64_t> newest_under_lock() {
        if (auto begun = session_.begin(); !begun) {
            return forward(begun);
        }
        // 0 would mean for ever.
        const auto wait = std::max(limit_, vf::duration{std::chrono::milliseconds{1}});
        auto prepared = session_.script(fmt::format(
            "SET LOCAL lock_timeout = {}; SELECT pg_advisory_xact_lock({}); {}",
            std::chrono::ceil<std::chrono::milliseconds>(wait).count(), advisory_lock, create_table
        ));
        if (!prepared) {
            return forward(prepared);
        }
        auto answer = session_.run("SELECT coalesce(max(version), 0) FROM schema_migrations", {});
        if (!answer) {
            return forward(answer);
        }
        return (*answer)[0][0].as<std::int64_t>();
    }

    result<void> apply(const migration& file) {
        if (auto done = session_.script(file.statements); !done) {
            return done;
        }
        auto recorded = session_.run(
            "INSERT INTO schema_migrations (version, name) VALUES ($1::bigint, $2)",
            {parameter{std::to_string(file.version)}, parameter{file.name}}
        );
        if (!recorded) {
            return forward(recorded);
        }
        return {};
    }

    static std::unexpected<error> about(const migration& file, error why) {
        const std::string detail = file.name + ": " + why.detail;
        if (why.is_transient()) {
            return fail(failure::transient, why.code, detail);
        }
        return fail(failure::permanent, "migration_failed", detail);
    }

    session session_;
    std::vector<migration> files_;
    vf::duration limit_;
    std::int64_t applied_{0};
};

// 0 when no migration was ever applied.
std::int64_t installed_version(transaction& tx) {
    const rows known_rows = tx.query("SELECT to_regclass('schema_migrations') IS NOT NULL");
    if (known_rows.empty() || !known_rows[0].boolean(0)) {
        return 0;
    }
    const rows newest = tx.query("SELECT coalesce(max(version), 0) FROM schema_migrations");
    return newest.empty() ? 0 : newest[0].integer(0);
}

}  // namespace

result<std::int64_t> migrate(
    const std::string& url, const std::string& directory, vf::duration limit
) {
    const auto until = steady::now() + limit;
    auto files = read_migrations(directory);
    if (!files) {
        return forward(files);
    }
    migrator work{url, std::move(*files), limit};
    for (std::uint32_t failures = 1;; ++failures) {
        auto done = work.apply_all();
        if (done) {
            return work.applied();
        }
        const auto pause = next_try(until, failures);
        if (!done.error().is_transient() || !pause) {
            return forward(done);
        }
        std::this_thread::sleep_until(steady::now() + *pause);
    }
}

runtime::task<result<void>> require_schema(pool& database, vf::duration limit) {
    const auto until = steady::now() + limit;
    for (std::uint32_t failures = 1;; ++failures) {
        auto version = co_await database.transact(&installed_version);
        if (version && *version < schema_version) {
            co_return fail(
                failure::permanent, "schema_too_old",
                fmt::format("the schema is {}, this build needs {}", *version, schema_version)
            );
        }
        if (version) {
            co_return result<void>{};
        }
        const auto pause = next_try(until, failures);
        if (!version.error().is_transient() || !pause) {
            co_return forward(version);
        }
        co_await runtime::sleep(*pause);
    }
}

}  // namespace vf::postgres
