// The evaluator's SQL on a real Postgres: due marks, shared work, one fire an occurrence.
#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <future>
#include <string>
#include <type_traits>
#include <utility>

#include "trigger-evaluator/postgres_store.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/support/run_task.hpp"
#include "vf/support/scratch_schema.hpp"

using namespace vf;
using namespace std::chrono_literals;

namespace {

constexpr const char* welcome =
    R"('{"event":"user_signed_up","delay":"0s","refire":"once","cooldown":"0s",)"
    R"("fresh_for":"24h"}')";

class scene {
public:
    scene() {
        const auto migrated =
            postgres::migrate(scratch_.url(), VF_SOURCE_DIR "/deploy/migrations", 20s);
        REQUIRE(migrated.has_value());
        script(
            "INSERT INTO projects VALUES ('prj_1', 'one', now());"
            "INSERT INTO rules (id, project_id, kind, preset, params, state, active_from, version, "
            "created_at) VALUES ('rul_1', 'prj_1', 'event', 'welcome', " +
            std::string{welcome} + ", 'active', now() - interval '1 hour', 4, now())"
        );
    }

    void script(const std::string& statements) {
        auto work = [&statements](postgres::transaction& in) { in.script(statements); };
        const auto done = support::run_task(events_, database_.transact(work));
        if (!done) {
            FAIL(done.error().detail);
        }
    }

    std::int64_t number(const std::string& statement) {
        return support::run_task(events_, number_of(statement));
    }

    std::string text(const std::string& statement) {
        return support::run_task(events_, text_of(statement));
    }

    // A user who was just marked, with an event that occurred that long ago.
    void add_user(int id, const std::string& name, const std::string& ago) {
        const std::string number = std::to_string(id);
        script(
            "INSERT INTO users (user_id, project_id, external_user_id, identified_at) "
            "OVERRIDING SYSTEM VALUE VALUES (" +
            number + ", 'prj_1', 'u" + number +
            "', now());"
            "INSERT INTO user_due VALUES (" +
            number + ", 'prj_1', '-infinity')"
        );
        add_event(id, name, ago);
    }

    void add_event(int id, const std::string& name, const std::string& ago) {
        const std::string number = std::to_string(id);
        script(
            "INSERT INTO events (project_id, record_id, external_user_id, user_id, name, "
            "properties, occurred_at, received_at, attached_at) VALUES ('prj_1', "
            "gen_random_uuid(), 'u" +
            number + "', " + number + ", '" + name +
            "', '{}', now() - "
            "interval '" +
            ago + "', now() - interval '" + ago + "', now() - interval '" + ago + "')"
        );
    }

    void mark_all() { script("UPDATE user_due SET next_eval_at = '-infinity'"); }

    trigger_evaluator::slice settle(std::size_t most = 500) {
        const auto done = support::run_task(events_, store.settle_due(most));
        if (!done) {
            FAIL(done.error().detail);
        }
        return *done;
    }

    template <class T>
    T run(runtime::task<result<T>> work) {
        auto done = support::run_task(events_, std::move(work));
        if (!done) {
            FAIL(done.error().detail);
        }
        if constexpr (!std::is_void_v<T>) {
            return std::move(*done);
        }
    }

    [[nodiscard]] std::string url() const { return scratch_.url(); }

    [[nodiscard]] runtime::loop& events() { return events_; }

private:
    runtime::task<std::int64_t> number_of(std::string statement) {
        auto work = [&statement](postgres::transaction& in) -> std::int64_t {
            const auto found = in.query(statement);
            return found.empty() ? -1 : found[0].integer(0);
        };
        auto answer = co_await database_.transact(work);
        co_return answer.value_or(-2);
    }

    runtime::task<std::string> text_of(std::string statement) {
        auto work = [&statement](postgres::transaction& in) -> std::string {
            const auto found = in.query(statement);
            return found.empty() ? "" : found[0].text(0);
        };
        auto answer = co_await database_.transact(work);
        co_return answer.value_or("");
    }

    support::scratch_schema scratch_;
    telemetry::registry metrics_;
    runtime::loop events_;
    postgres::pool database_{
        events_, {.url = scratch_.url(), .application_name = "vf-test", .connections = 3}, metrics_
    };

public:
    trigger_evaluator::postgres_store store{database_};
};

// Another replica, which has locked the first two users and keeps them until it may go on.
struct other_replica {
    std::promise<void> locked;
    std::promise<void> go;
};

runtime::task<> hold_two(postgres::pool& database, other_replica& by) {
    auto work = [&by](postgres::transaction& in) {
        in.query("SELECT 1 FROM user_due WHERE user_id <= 2 ORDER BY user_id FOR UPDATE");
        by.locked.set_value();
        by.go.get_future().wait_for(15s);
    };
    auto done = co_await database.transact(work);
    CHECK(done.has_value());
}

}  // namespace

TEST_CASE("evaluator store: a marked user fires once and makes one draft", "[integration]") {
    scene on;
    on.add_user(1, "user_signed_up", "1 minute");
    CHECK(on.run(on.store.look()).any_due);
    const auto first = on.settle();
    CHECK(first.users == 1);
    CHECK(first.fires == 1);
    CHECK(first.faults.empty());
    CHECK(on.number("SELECT count(*) FROM fires") == 1);
    CHECK(
        on.text("SELECT status || ' ' || preset || ' ' || external_user_id || ' ' || rule_id "
                "FROM drafts d WHERE EXISTS (SELECT 1 FROM fires WHERE draft_id = d.id)"
        ) == "pending_review welcome u1 rul_1"
    );
    CHECK(on.text("SELECT explain ->> 'rule_version' FROM fires") == "4");
    CHECK(
        on.number("SELECT count(*) FROM fires f JOIN events e "
                  "ON e.record_id::text = f.explain ->> 'occurrence' "
                  "AND f.occurrence = e.record_id::text") == 1
    );
    CHECK(on.text("SELECT next_eval_at::text FROM user_due") == "infinity");
    CHECK_FALSE(on.run(on.store.look()).any_due);

    // Evaluated again, with a second sign-up as well: once is once.
    on.add_event(1, "user_signed_up", "1 second");
    on.mark_all();
    const auto again = on.settle();
    CHECK(again.users == 1);
    CHECK(again.fires == 0);
    CHECK(on.number("SELECT count(*) FROM drafts") == 1);
}

TEST_CASE("evaluator store: users who must not hear of us are passed over", "[integration]") {
    scene on;
    on.add_user(1, "user_signed_up", "1 minute");
    on.script("UPDATE users SET subscribed = false");
    on.add_user(2, "user_signed_up", "25 hours");
    on.add_user(3, "feature_used", "1 minute");
    on.script("INSERT INTO user_due VALUES (99, 'prj_1', '-infinity')");
    const auto done = on.settle();
    CHECK(done.users == 4);
    CHECK(done.fires == 0);
    CHECK(on.number("SELECT count(*) FROM user_due WHERE next_eval_at = 'infinity'") == 4);
}

TEST_CASE("evaluator store: an occurrence that ripens later sets the timer", "[integration]") {
    scene on;
    on.script("UPDATE rules SET params = '{\"event\":\"user_signed_up\",\"delay\":\"1h\"}'");
    on.add_user(1, "user_signed_up", "10 minutes");
    CHECK(on.settle().fires == 0);
    CHECK(
        on.number("SELECT count(*) FROM user_due d JOIN events e USING (user_id) "
                  "WHERE d.next_eval_at = e.occurred_at + interval '1 hour'") == 1
    );
    CHECK_FALSE(on.run(on.store.look()).any_due);

    // The hour is over.
    on.script(
        "UPDATE events SET occurred_at = occurred_at - interval '51 minutes';"
        "UPDATE user_due SET next_eval_at = next_eval_at - interval '51 minutes'"
    );
    const auto seen = on.run(on.store.look());
    CHECK(seen.any_due);
    CHECK_FALSE(seen.any_marked);
    CHECK(seen.oldest_timer >= 1min);
    CHECK(seen.oldest_timer < 3min);
    CHECK(on.settle().fires == 1);
}

TEST_CASE("evaluator store: an event dated ahead does not hide a later one", "[integration]") {
    scene on;
    on.script("UPDATE rules SET params = '{\"event\":\"feature_used\",\"delay\":\"1h\"}'");
    // Seen 50 minutes ago, dated 9 hours ahead; and one that came 10 minutes ago.
    on.add_user(1, "feature_used", "50 minutes");
    on.script("UPDATE events SET occurred_at = now() + interval '9 hours'");
    on.add_event(1, "feature_used", "10 minutes");
    CHECK(on.settle().fires == 0);
    CHECK(
        on.number("SELECT count(*) FROM user_due d JOIN events e USING (user_id) "
                  "WHERE d.next_eval_at = e.occurred_at + interval '1 hour' "
                  "AND e.occurred_at < now()") == 1
    );
}

TEST_CASE("evaluator store: historical events are no occurrence", "[integration]") {
    scene on;
    on.add_user(1, "user_signed_up", "1 minute");
    on.script("UPDATE events SET historical = true");
    CHECK(on.settle().fires == 0);
    on.add_event(1, "user_signed_up", "2 minutes");
    on.mark_all();
    CHECK(on.settle().fires == 1);
}

TEST_CASE("evaluator store: a rule that cannot be read stops no other", "[integration]") {
    scene on;
    on.script(
        "INSERT INTO rules (id, project_id, kind, preset, params, state, active_from, created_at) "
        "VALUES ('rul_bad', 'prj_1', 'event', 'broken', '{\"event\":7}', 'active', now(), now())"
    );
    on.add_user(1, "user_signed_up", "1 minute");
    const auto done = on.settle();
    CHECK(done.fires == 1);
    REQUIRE(done.faults.size() == 1);
    CHECK(done.faults[0].rule.text == "rul_bad");
}

TEST_CASE("evaluator store: two replicas share users, neither waits", "[integration]") {
    scene on;
    for (int i = 1; i <= 6; ++i) {
        on.add_user(i, "user_signed_up", "1 minute");
    }
    telemetry::registry metrics;
    postgres::pool other{
        on.events(), {.url = on.url(), .application_name = "vf-other", .connections = 1}, metrics
    };
    other_replica replica;
    const auto locked = replica.locked.get_future();
    runtime::task_group tasks{on.events().context()};
    tasks.spawn("hold", hold_two(other, replica));
    support::run_until(on.events(), [&] {
        return locked.wait_for(0s) == std::future_status::ready;
    });

    const auto ours = on.settle();
    CHECK(ours.users == 4);
    CHECK(ours.fires == 4);
    replica.go.set_value();
    REQUIRE(support::run_task(on.events(), tasks.join(10s)));
    const auto rest = on.settle();
    CHECK(rest.users == 2);
    CHECK(on.number("SELECT count(DISTINCT user_id) FROM drafts") == 6);
}

TEST_CASE("evaluator store: what fired is announced until it is marked", "[integration]") {
    scene on;
    on.add_user(1, "user_signed_up", "1 minute");
    on.add_user(2, "user_signed_up", "1 minute");
    CHECK(on.settle(1).fires == 1);
    CHECK(on.settle(1).fires == 1);
    const auto waiting = on.run(on.store.unannounced(10));
    REQUIRE(waiting.size() == 2);
    CHECK(waiting[0].preset == "welcome");
    CHECK(waiting[0].project.text == "prj_1");
    CHECK(waiting[0].rule.text == "rul_1");
    CHECK(on.run(on.store.unannounced(1)).size() == 1);
    on.run(on.store.mark_announced({waiting[0].fire_id}));
    const auto left = on.run(on.store.unannounced(10));
    REQUIRE(left.size() == 1);
    CHECK(left[0].fire_id == waiting[1].fire_id);
    CHECK(left[0].fired_at == waiting[1].fired_at);
}
