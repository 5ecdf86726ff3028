// The evaluator's SQL on a real Postgres: due marks, shared work, one fire an occurrence.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <chrono>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "normaliser/users/due_marks.hpp"
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

// What the database refuses of one user, for its content.
constexpr const char* refuse_user_2 =
    "CREATE FUNCTION refuse_2() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    " IF NEW.user_id = 2 THEN RAISE EXCEPTION 'no' USING ERRCODE = '22003'; END IF; RETURN NEW; "
    "END $$; "
    "CREATE TRIGGER refuse_2 BEFORE INSERT ON fires FOR EACH ROW EXECUTE FUNCTION refuse_2()";

// Of user 2 a fire takes longer than a test lets it.
constexpr const char* slow_user_2 =
    "CREATE FUNCTION slow_2() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    " IF NEW.user_id = 2 THEN PERFORM pg_sleep(10); END IF; RETURN NEW; END $$; "
    "CREATE TRIGGER slow_2 BEFORE INSERT ON fires FOR EACH ROW EXECUTE FUNCTION slow_2()";

// Of user 2 a fire waits for the gate, and is then refused.
constexpr const char* gated_user_2 =
    "CREATE FUNCTION gated_2() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    " PERFORM pg_advisory_xact_lock(hashtext(current_schema())); "
    " RAISE EXCEPTION 'no' USING ERRCODE = '22003'; END $$; "
    "CREATE TRIGGER gated_2 BEFORE INSERT ON fires FOR EACH ROW EXECUTE FUNCTION gated_2()";

class evaluator_fixture {
public:
    evaluator_fixture() {
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
        auto work = [&statements](postgres::transaction& tx) { tx.script(statements); };
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

    trigger_evaluator::slice evaluate() { return run(store.evaluate_due(500, {})); }

    // The first that is due.
    trigger_evaluator::slice evaluate_alone() {
        return run(store.evaluate_alone({.user = std::nullopt, .put_off = 1h}));
    }

    // Of one name, a second apart, the last that long ago.
    void add_events(int count, const std::string& ago, bool historical) {
        script(
            "INSERT INTO events (project_id, record_id, external_user_id, user_id, name, "
            "properties, occurred_at, received_at, attached_at, historical) "
            "SELECT 'prj_1', gen_random_uuid(), 'u1', 1, 'user_signed_up', '{}', "
            "now() - interval '" +
            ago + "' - n * interval '1 second', now() - interval '2 hours', " +
            "now() - interval '2 hours', " + (historical ? "true" : "false") +
            " FROM generate_series(0, " + std::to_string(count - 1) + ") AS n"
        );
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
        auto work = [&statement](postgres::transaction& tx) -> std::int64_t {
            const auto found = tx.query(statement);
            return found.empty() ? -1 : found[0].integer(0);
        };
        auto answer = co_await database_.transact(work);
        co_return answer.value_or(-2);
    }

    runtime::task<std::string> text_of(std::string statement) {
        auto work = [&statement](postgres::transaction& tx) -> std::string {
            const auto found = tx.query(statement);
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
    auto work = [&by](postgres::transaction& tx) {
        tx.query("SELECT 1 FROM user_due WHERE user_id <= 2 ORDER BY user_id FOR UPDATE");
        by.locked.set_value();
        by.go.get_future().wait_for(15s);
    };
    auto done = co_await database.transact(work);
    CHECK(done.has_value());
}

runtime::task<> hold_gate(postgres::pool& database, other_replica& by) {
    auto work = [&by](postgres::transaction& tx) {
        tx.query("SELECT pg_advisory_xact_lock(hashtext(current_schema()))::text");
        by.locked.set_value();
        by.go.get_future().wait_for(15s);
    };
    auto done = co_await database.transact(work);
    CHECK(done.has_value());
}

runtime::task<> mark_user_2(postgres::pool& database) {
    auto work = [](postgres::transaction& tx) {
        tx.execute(normaliser::sql::lock_due, postgres::params{}.integers({2}));
    };
    auto done = co_await database.transact(work);
    CHECK(done.has_value());
}

runtime::task<> evaluate_into(
    trigger_evaluator::store& store, std::optional<result<trigger_evaluator::slice>>& evaluated
) {
    evaluated = co_await store.evaluate_alone({.user = std::nullopt, .put_off = 1h});
}

}  // namespace

TEST_CASE("evaluator store: a marked user fires once and makes one draft", "[integration]") {
    evaluator_fixture fixture;
    fixture.add_user(1, "user_signed_up", "1 minute");
    CHECK(fixture.run(fixture.store.read_backlog()).any_due);
    const auto first = fixture.evaluate();
    CHECK(first.users == 1);
    CHECK(first.fires == 1);
    CHECK(first.faults.empty());
    CHECK(fixture.number("SELECT count(*) FROM fires") == 1);
    CHECK(
        fixture.text("SELECT status || ' ' || preset || ' ' || external_user_id || ' ' || rule_id "
                     "FROM drafts d WHERE EXISTS (SELECT 1 FROM fires WHERE draft_id = d.id)"
        ) == "pending_review welcome u1 rul_1"
    );
    CHECK(fixture.text("SELECT explain ->> 'rule_version' FROM fires") == "4");
    CHECK(
        fixture.number("SELECT count(*) FROM fires f JOIN events e "
                       "ON e.record_id::text = f.explain ->> 'occurrence' "
                       "AND f.occurrence = e.record_id::text") == 1
    );
    CHECK(fixture.text("SELECT next_eval_at::text FROM user_due") == "infinity");
    CHECK_FALSE(fixture.run(fixture.store.read_backlog()).any_due);

    // Evaluated again, with a second sign-up as well: once is once.
    fixture.add_event(1, "user_signed_up", "1 second");
    fixture.mark_all();
    const auto again = fixture.evaluate();
    CHECK(again.users == 1);
    CHECK(again.fires == 0);
    CHECK(fixture.number("SELECT count(*) FROM drafts") == 1);
}

TEST_CASE("evaluator store: users who must not hear of us are passed over", "[integration]") {
    const std::string status = GENERATE("unsubscribed", "suppressed", "paused", "no_email");
    evaluator_fixture fixture;
    fixture.add_user(1, "user_signed_up", "1 minute");
    fixture.script("UPDATE users SET status = '" + status + "'");
    fixture.add_user(2, "user_signed_up", "25 hours");
    fixture.add_user(3, "feature_used", "1 minute");
    fixture.script("INSERT INTO user_due VALUES (99, 'prj_1', '-infinity')");
    const auto done = fixture.evaluate();
    CHECK(done.users == 4);
    CHECK(done.fires == 0);
    CHECK(fixture.number("SELECT count(*) FROM user_due WHERE next_eval_at = 'infinity'") == 4);
}

TEST_CASE("evaluator store: an occurrence that ripens later sets the timer", "[integration]") {
    evaluator_fixture fixture;
    fixture.script("UPDATE rules SET params = '{\"event\":\"user_signed_up\",\"delay\":\"1h\"}'");
    fixture.add_user(1, "user_signed_up", "10 minutes");
    CHECK(fixture.evaluate().fires == 0);
    CHECK(
        fixture.number("SELECT count(*) FROM user_due d JOIN events e USING (user_id) "
                       "WHERE d.next_eval_at = e.occurred_at + interval '1 hour'") == 1
    );
    CHECK_FALSE(fixture.run(fixture.store.read_backlog()).any_due);

    // The hour is over.
    fixture.script(
        "UPDATE events SET occurred_at = occurred_at - interval '51 minutes';"
        "UPDATE user_due SET next_eval_at = next_eval_at - interval '51 minutes'"
    );
    const auto seen = fixture.run(fixture.store.read_backlog());
    CHECK(seen.any_due);
    CHECK_FALSE(seen.any_marked);
    CHECK(seen.oldest_timer >= 1min);
    CHECK(seen.oldest_timer < 3min);
    CHECK(fixture.evaluate().fires == 1);
}

TEST_CASE("evaluator store: an event dated ahead does not hide a later one", "[integration]") {
    evaluator_fixture fixture;
    fixture.script("UPDATE rules SET params = '{\"event\":\"feature_used\",\"delay\":\"1h\"}'");
    // Seen 50 minutes ago, dated 9 hours ahead; and one that came 10 minutes ago.
    fixture.add_user(1, "feature_used", "50 minutes");
    fixture.script("UPDATE events SET occurred_at = now() + interval '9 hours'");
    fixture.add_event(1, "feature_used", "10 minutes");
    CHECK(fixture.evaluate().fires == 0);
    CHECK(
        fixture.number("SELECT count(*) FROM user_due d JOIN events e USING (user_id) "
                       "WHERE d.next_eval_at = e.occurred_at + interval '1 hour' "
                       "AND e.occurred_at < now()") == 1
    );
}

TEST_CASE("evaluator store: historical events are no occurrence", "[integration]") {
    evaluator_fixture fixture;
    fixture.add_user(1, "user_signed_up", "1 minute");
    fixture.script("UPDATE events SET historical = true");
    CHECK(fixture.evaluate().fires == 0);
    fixture.add_event(1, "user_signed_up", "2 minutes");
    fixture.mark_all();
    CHECK(fixture.evaluate().fires == 1);
}

TEST_CASE("evaluator store: a rule that cannot be read stops no other", "[integration]") {
    evaluator_fixture fixture;
    fixture.script(
        "INSERT INTO rules (id, project_id, kind, preset, params, state, active_from, created_at) "
        "VALUES ('rul_bad', 'prj_1', 'event', 'broken', '{\"event\":7}', 'active', now(), now())"
    );
    fixture.add_user(1, "user_signed_up", "1 minute");
    const auto done = fixture.evaluate();
    CHECK(done.fires == 1);
    REQUIRE(done.faults.size() == 1);
    CHECK(done.faults[0].rule.text == "rul_bad");
}

TEST_CASE("evaluator store: two replicas share users, neither waits", "[integration]") {
    evaluator_fixture fixture;
    for (int i = 1; i <= 6; ++i) {
        fixture.add_user(i, "user_signed_up", "1 minute");
    }
    telemetry::registry metrics;
    postgres::pool other{
        fixture.events(),
        {.url = fixture.url(), .application_name = "vf-other", .connections = 1},
        metrics
    };
    other_replica replica;
    const auto locked = replica.locked.get_future();
    runtime::task_group tasks{fixture.events().context()};
    tasks.spawn("hold", hold_two(other, replica));
    support::run_until(fixture.events(), [&] {
        return locked.wait_for(0s) == std::future_status::ready;
    });

    const auto ours = fixture.evaluate();
    CHECK(ours.users == 4);
    CHECK(ours.fires == 4);
    replica.go.set_value();
    REQUIRE(support::run_task(fixture.events(), tasks.join(10s)));
    const auto rest = fixture.evaluate();
    CHECK(rest.users == 2);
    CHECK(fixture.number("SELECT count(DISTINCT user_id) FROM drafts") == 6);
}

TEST_CASE("evaluator store: what fired is announced until it is marked", "[integration]") {
    evaluator_fixture fixture;
    fixture.add_user(1, "user_signed_up", "1 minute");
    fixture.add_user(2, "user_signed_up", "1 minute");
    CHECK(fixture.evaluate_alone().fires == 1);
    CHECK(fixture.evaluate_alone().fires == 1);
    const auto waiting = fixture.run(fixture.store.unpublished(10));
    REQUIRE(waiting.size() == 2);
    CHECK(waiting[0].preset == "welcome");
    CHECK(waiting[0].project.text == "prj_1");
    CHECK(waiting[0].rule.text == "rul_1");
    CHECK(fixture.run(fixture.store.unpublished(1)).size() == 1);
    fixture.run(fixture.store.mark_published({waiting[0]}));
    const auto left = fixture.run(fixture.store.unpublished(10));
    REQUIRE(left.size() == 1);
    CHECK(left[0].fire_id == waiting[1].fire_id);
    CHECK(left[0].fired_at == waiting[1].fired_at);
}

TEST_CASE("evaluator store: a user whom the database refuses is put off, the others go on") {
    evaluator_fixture fixture;
    fixture.script(refuse_user_2);
    for (int id = 1; id <= 3; ++id) {
        fixture.add_user(id, "user_signed_up", "1 minute");
    }
    const auto together = support::run_task(fixture.events(), fixture.store.evaluate_due(500, {}));
    REQUIRE_FALSE(together.has_value());
    CHECK(together.error().kind == failure::data);
    std::vector<std::int64_t> refused;
    for (int i = 0; i < 3; ++i) {
        for (const auto& each : fixture.evaluate_alone().refused) {
            refused.push_back(each.user_id);
        }
    }
    CHECK(refused == std::vector<std::int64_t>{2});
    CHECK(fixture.number("SELECT count(*) FROM fires") == 2);
    CHECK(fixture.evaluate().users == 0);
    CHECK(
        fixture.number("SELECT count(*) FROM user_due WHERE user_id = 2 AND next_eval_at "
                       "BETWEEN now() + interval '59 minutes' AND now() + interval '1 hour'") == 1
    );
    // Marked again, it is left out of slices, and evaluated where it is named.
    fixture.script("DROP TRIGGER refuse_2 ON fires");
    fixture.mark_all();
    CHECK(fixture.run(fixture.store.evaluate_due(500, {2})).users == 2);
    CHECK(fixture.run(fixture.store.evaluate_alone({.user = 2, .put_off = 1h})).fires == 1);
    CHECK(fixture.number("SELECT count(*) FROM user_due WHERE next_eval_at = 'infinity'") == 3);
}

TEST_CASE("evaluator store: what takes too long for many is narrowed down, one is put off") {
    evaluator_fixture fixture;
    fixture.script(slow_user_2);
    telemetry::registry metrics;
    postgres::pool hurried{
        fixture.events(),
        {.url = fixture.url(),
         .application_name = "vf-hurried",
         .connections = 1,
         .statement_timeout = 300ms},
        metrics
    };
    trigger_evaluator::postgres_store store{hurried};
    fixture.add_user(1, "user_signed_up", "1 minute");
    fixture.add_user(2, "user_signed_up", "1 minute");
    const auto together = support::run_task(fixture.events(), store.evaluate_due(500, {}));
    REQUIRE_FALSE(together.has_value());
    CHECK(together.error().code == "database_timeout");
    CHECK(together.error().kind == failure::data);
    const auto alone = fixture.run(store.evaluate_alone({.user = 2, .put_off = 1h}));
    REQUIRE(alone.refused.size() == 1);
    CHECK(alone.refused[0].why.code == "database_timeout");
    const auto rest = fixture.run(store.evaluate_due(500, {}));
    CHECK(rest.users == 1);
    CHECK(rest.fires == 1);
}

TEST_CASE("evaluator store: a fact that comes while an evaluation fails keeps its mark") {
    evaluator_fixture fixture;
    fixture.script(gated_user_2);
    fixture.add_user(2, "user_signed_up", "1 minute");
    telemetry::registry metrics;
    postgres::pool others{
        fixture.events(),
        {.url = fixture.url(), .application_name = "vf-other", .connections = 2},
        metrics
    };
    other_replica gate;
    const auto closed = gate.locked.get_future();
    runtime::task_group tasks{fixture.events().context()};
    tasks.spawn("gate", hold_gate(others, gate));
    support::run_until(fixture.events(), [&] {
        return closed.wait_for(0s) == std::future_status::ready;
    });
    std::optional<result<trigger_evaluator::slice>> evaluated;
    tasks.spawn("evaluate", evaluate_into(fixture.store, evaluated));
    // The evaluation at the gate, and who waits for the evaluation.
    const auto waiting = [&fixture](std::int64_t count) {
        while (fixture.number(
                   "WITH gated AS (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT "
                   "granted AND objid::bigint = hashtext(current_schema())::bigint & 4294967295) "
                   "SELECT (SELECT count(*) FROM gated) + (SELECT count(*) FROM pg_stat_activity a "
                   "JOIN gated g ON g.pid = ANY(pg_blocking_pids(a.pid)))"
               ) < count) {
        }
    };
    waiting(1);
    tasks.spawn("mark", mark_user_2(others));
    waiting(2);
    gate.go.set_value();
    REQUIRE(support::run_task(fixture.events(), tasks.join(10s)));
    REQUIRE(evaluated.has_value());
    REQUIRE(evaluated->has_value());
    CHECK((*evaluated)->refused.size() == 1);
    CHECK(fixture.text("SELECT next_eval_at::text FROM user_due") == "-infinity");
}

TEST_CASE("evaluator store: whose events are being attached is not evaluated, not even alone") {
    evaluator_fixture fixture;
    fixture.add_user(1, "user_signed_up", "1 minute");
    fixture.script("UPDATE user_due SET next_eval_at = 'infinity', attaching_since = now()");
    CHECK(fixture.evaluate_alone().users == 0);
    CHECK(fixture.run(fixture.store.evaluate_alone({.user = 1, .put_off = 1h})).users == 0);
    CHECK(fixture.text("SELECT next_eval_at::text FROM user_due") == "infinity");
}

TEST_CASE("evaluator store: however many events are dated ahead, they hide no later one") {
    evaluator_fixture fixture;
    fixture.add_user(1, "user_signed_up", "10 minutes");
    // Received two hours ago, dated up to nine hours ahead.
    fixture.add_events(3'000, "-9 hours", false);
    CHECK(fixture.evaluate().fires == 1);
    CHECK(
        fixture.number("SELECT count(*) FROM fires f JOIN events e ON e.record_id::text = "
                       "f.occurrence WHERE e.occurred_at < now()") == 1
    );
}

TEST_CASE("evaluator store: what one evaluation looks through is bounded") {
    for (const int newer : {1'999, 2'000}) {
        evaluator_fixture fixture;
        fixture.add_user(1, "user_signed_up", "1 hour");
        fixture.add_events(newer, "1 second", true);
        CHECK(fixture.evaluate().fires == (newer < 2'000 ? 1 : 0));
    }
}
