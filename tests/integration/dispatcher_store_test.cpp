// The dispatcher's SQL on a real Postgres: the life of a delivery, leases and their fencing.
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "vf/postgres/migrations.hpp"
#include "vf/support/past_noon.hpp"
#include "vf/support/run_task.hpp"
#include "vf/support/scratch_schema.hpp"
#include "webhook-dispatcher/attempt/publish_dead.hpp"
#include "webhook-dispatcher/postgres_store.hpp"

using namespace vf;
using namespace vf::webhook_dispatcher;
using namespace std::chrono_literals;

namespace {

const instant noon = support::noon_yesterday();

class dispatcher_fixture {
public:
    dispatcher_fixture() {
        const auto migrated =
            postgres::migrate(scratch_.url(), VF_SOURCE_DIR "/deploy/migrations", 20s);
        REQUIRE(migrated.has_value());
        script(
            "INSERT INTO projects VALUES ('prj_1', 'one', now());"
            "INSERT INTO endpoints (id, project_id, url, event_types, signature, secret_sealed, "
            "created_at) VALUES ('ep_1', 'prj_1', 'https://one.example/hook', "
            "'{email.opened,email.clicked}', 'body', '\\x0102', now()),"
            "('ep_2', 'prj_1', 'https://two.example/hook', '{email.clicked}', 'timestamped', "
            "'\\x0103', now())"
        );
    }

    void script(const std::string& statements) {
        auto work = [&statements](postgres::transaction& tx) { tx.script(statements); };
        const auto done = support::run_task(events_, database_.transact(work));
        if (!done) {
            FAIL(done.error().detail);
        }
    }

    std::string text(const std::string& statement) {
        return support::run_task(events_, text_of(statement));
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

    fanned_out fan_out(const std::string& id, const std::string& type, duration delay = 0s) {
        wire::webhook_event event;
        event.project = domain::project_id{"prj_1"};
        event.id = domain::event_id{id};
        event.type = type;
        event.body = "{\"id\":\"" + id + "\",\"x\":\"\\u00e9\"}";
        event.created_at = noon;
        return run(store.fan_out_new({event}, delay));
    }

    // The one delivery of a new event, leased.
    leased_delivery lease(const domain::delivery_id& id, const std::string& token) {
        auto leased = run(store.lease({id}, token));
        REQUIRE(leased.size() == 1);
        return leased[0];
    }

    [[nodiscard]] std::string state_of(const domain::delivery_id& id) {
        return text(
            "SELECT state || ' ' || attempts || ' ' || run || ' ' || "
            "(lease_token IS NULL)::text FROM deliveries WHERE id = '" +
            id.text + "'"
        );
    }

private:
    runtime::task<std::string> text_of(std::string statement) {
        auto work = [&statement](postgres::transaction& tx) -> std::string {
            const auto found = tx.query(statement);
            return found.empty() ? "nothing" : found[0].optional_text(0).value_or("null");
        };
        auto answer = co_await database_.transact(work);
        co_return answer.value_or("failed");
    }

    support::scratch_schema scratch_;
    telemetry::registry metrics_;
    runtime::loop events_;
    postgres::pool database_{
        events_, {.url = scratch_.url(), .application_name = "vf-test", .connections = 2}, metrics_
    };

public:
    webhook_dispatcher::postgres_store store{database_, 15s};
};

outcome make_outcome(const leased_delivery& leased, delivery_state state, unsigned status) {
    outcome outcome;
    outcome.id = leased.id;
    outcome.endpoint = leased.endpoint;
    outcome.token = leased.token;
    outcome.run = leased.run;
    outcome.attempts = leased.attempts + 1;
    outcome.next.state = state;
    if (state == delivery_state::pending) {
        outcome.next.next_attempt_at = noon;
    }
    attempt_row row;
    row.started_at = noon + leased.attempts * 1us;
    row.took = 1'500us;
    row.outcome = state == delivery_state::pending ? "retry" : std::string{text_of(state)};
    row.status = status;
    row.address = "192.0.2.1";
    row.response_body = std::string("\x00\xff", 2);
    outcome.attempt = row;
    return outcome;
}

}  // namespace

TEST_CASE(
    "dispatcher store: an event is fanned out once, a repeat says what the rows say",
    "[integration]"
) {
    dispatcher_fixture fixture;
    const auto first = fixture.fan_out("evt_1", "email.clicked");
    REQUIRE(first.nudges.size() == 2);
    CHECK(
        fixture.text("SELECT string_agg(endpoint_id || ' ' || state, ',' ORDER BY endpoint_id) "
                     "FROM deliveries") == "ep_1 pending,ep_2 pending"
    );
    CHECK(
        fixture.text("SELECT convert_from(body, 'UTF8') FROM webhook_events") ==
        "{\"id\":\"evt_1\",\"x\":\"\\u00e9\"}"
    );

    // An endpoint that came later has no part in what was decided before.
    fixture.script(
        "INSERT INTO endpoints (id, project_id, url, event_types, secret_sealed, created_at) "
        "VALUES ('ep_3', 'prj_1', 'https://three.example', '{email.clicked}', '\\x01', now())"
    );
    const auto again = fixture.fan_out("evt_1", "email.clicked");
    CHECK(again.nudges.size() == 2);
    CHECK(fixture.text("SELECT count(*) FROM deliveries") == "2");
    CHECK(fixture.fan_out("evt_2", "email.clicked").nudges.size() == 3);
    CHECK(fixture.fan_out("evt_3", "email.bounced").nudges.empty());
    CHECK(fixture.text("SELECT count(*) FROM webhook_events") == "3");
}

TEST_CASE(
    "dispatcher store: deleted endpoints get nothing, disabled ones a parked delivery",
    "[integration]"
) {
    dispatcher_fixture fixture;
    fixture.script(
        "UPDATE endpoints SET deleted_at = now() WHERE id = 'ep_2';"
        "INSERT INTO endpoint_states (endpoint_id, disabled_at) VALUES ('ep_1', now())"
    );
    const auto fanned_out = fixture.fan_out("evt_1", "email.clicked");
    CHECK(fanned_out.nudges.empty());
    CHECK(fanned_out.parked == 1);
    const auto dead = fixture.run(fixture.store.unpublished_dead(10));
    REQUIRE(dead.size() == 1);
    CHECK(dead[0].endpoint.text == "ep_1");
    CHECK(dead[0].attempts == 0);
    CHECK(cause_of(dead[0]) == "endpoint_disabled");
}

TEST_CASE(
    "dispatcher store: pending, retried, dead, resent once, delivered under one id", "[integration]"
) {
    dispatcher_fixture fixture;
    const auto id = fixture.fan_out("evt_1", "email.opened").nudges.at(0).delivery;
    auto leased = fixture.lease(id, "lse_1");
    CHECK(leased.body == "{\"id\":\"evt_1\",\"x\":\"\\u00e9\"}");
    CHECK(leased.url == "https://one.example/hook");
    CHECK(leased.form == domain::signature_form::body);
    CHECK(leased.secret_sealed == "\x01\x02");
    CHECK_FALSE(leased.previous_secret_sealed);
    CHECK(leased.condition == endpoint_condition::open);
    CHECK(fixture
              .run(fixture.store.record_outcomes({make_outcome(leased, delivery_state::pending, 500)
              }))
              .empty());
    CHECK(fixture.state_of(id) == "pending 1 1 true");

    leased = fixture.lease(id, "lse_2");
    CHECK(leased.attempts == 1);
    CHECK(fixture
              .run(fixture.store.record_outcomes({make_outcome(leased, delivery_state::dead, 502)}))
              .empty());
    CHECK(fixture.state_of(id) == "dead 2 1 true");
    CHECK(fixture.run(fixture.store.lease({id}, "lse_3")).empty());

    auto dead = fixture.run(fixture.store.unpublished_dead(10));
    REQUIRE(dead.size() == 1);
    CHECK(dead[0].last_status == 502);
    CHECK(cause_of(dead[0]) == "attempts_exhausted");
    fixture.run(fixture.store.mark_published(dead));
    CHECK(fixture.run(fixture.store.unpublished_dead(10)).empty());

    const std::vector<resend> resends{{"rsn_1", id}, {"rsn_1", id}, {"rsn_x", {}}};
    const auto started = fixture.run(fixture.store.start_again(resends));
    REQUIRE(started.size() == 1);
    CHECK(started[0].delivery == id);
    CHECK(started[0].endpoint.text == "ep_1");
    CHECK(fixture.run(fixture.store.start_again({{"rsn_1", id}})).empty());
    CHECK(fixture.state_of(id) == "pending 0 2 true");

    leased = fixture.lease(id, "lse_4");
    CHECK(leased.run == 2);
    CHECK(leased.body == "{\"id\":\"evt_1\",\"x\":\"\\u00e9\"}");
    CHECK(fixture
              .run(fixture.store.record_outcomes(
                  {make_outcome(leased, delivery_state::delivered, 204)}
              ))
              .empty());
    CHECK(fixture.state_of(id) == "delivered 1 2 true");
    CHECK(
        fixture.text(
            "SELECT string_agg(run || '.' || attempt || ' ' || outcome || ' ' || status || "
            "' ' || extract(milliseconds FROM took), ',' ORDER BY run, attempt) "
            "FROM attempts"
        ) ==
        "1.1 retry 500 1.500,1.2 dead 502 1.500,"
        "2.1 delivered 204 1.500"
    );
    CHECK(fixture.text("SELECT encode(response_body, 'hex') FROM attempts LIMIT 1") == "00ff");

    // A delivered one may be sent again, too.
    CHECK(fixture.run(fixture.store.start_again({{"rsn_2", id}})).size() == 1);
    CHECK(fixture.state_of(id) == "pending 0 3 true");
}

TEST_CASE("dispatcher store: a lost lease writes nothing", "[integration]") {
    dispatcher_fixture fixture;
    const auto id = fixture.fan_out("evt_1", "email.opened").nudges.at(0).delivery;
    const auto ours = fixture.lease(id, "lse_ours");
    CHECK(fixture.run(fixture.store.lease({id}, "lse_theirs")).empty());
    fixture.script("UPDATE deliveries SET lease_until = now() - interval '1 second'");
    const auto theirs = fixture.lease(id, "lse_theirs");

    const auto lost = fixture.run(
        fixture.store.record_outcomes({make_outcome(ours, delivery_state::delivered, 200)})
    );
    CHECK(lost == std::vector{id});
    CHECK(fixture.text("SELECT count(*) FROM attempts") == "0");
    CHECK(fixture
              .run(fixture.store.record_outcomes({make_outcome(theirs, delivery_state::pending, 500)
              }))
              .empty());
    CHECK(fixture.state_of(id) == "pending 1 1 true");
}

TEST_CASE("dispatcher store: a lease that was never used can be given back", "[integration]") {
    dispatcher_fixture fixture;
    const auto id = fixture.fan_out("evt_1", "email.opened").nudges.at(0).delivery;
    static_cast<void>(fixture.lease(id, "lse_1"));
    fixture.run(fixture.store.release("lse_1"));
    CHECK(fixture.lease(id, "lse_2").token == "lse_2");
}

TEST_CASE(
    "dispatcher store: nothing is leased before its time or to a paused endpoint", "[integration]"
) {
    dispatcher_fixture fixture;
    const auto later = fixture.fan_out("evt_1", "email.opened", 1h).nudges.at(0);
    CHECK(fixture.run(fixture.store.lease({later.delivery}, "lse_1")).empty());

    const auto id = fixture.fan_out("evt_2", "email.opened").nudges.at(0).delivery;
    auto busy = make_outcome(fixture.lease(id, "lse_2"), delivery_state::pending, 429);
    busy.pause_until = instant::max();
    CHECK(fixture.run(fixture.store.record_outcomes({busy})).empty());
    CHECK(fixture.run(fixture.store.lease({id}, "lse_3")).empty());
    CHECK(fixture.run(fixture.store.due({}, {}, 10)).empty());
    CHECK(fixture.run(fixture.store.oldest_due()) == 0s);
    // A shorter pause does not end the longer one.
    fixture.script("UPDATE endpoint_states SET paused_until = now() - interval '1 second'");
    CHECK(fixture.run(fixture.store.due({}, {}, 10)).size() == 1);
    CHECK(fixture.lease(id, "lse_4").attempts == 1);
}

TEST_CASE(
    "dispatcher store: 410 disables, and a resend that is delivered enables", "[integration]"
) {
    dispatcher_fixture fixture;
    const auto id = fixture.fan_out("evt_1", "email.opened").nudges.at(0).delivery;
    const auto waiting = fixture.fan_out("evt_2", "email.opened").nudges.at(0).delivery;
    auto gone = make_outcome(fixture.lease(id, "lse_1"), delivery_state::dead, 410);
    gone.endpoint_gone = true;
    CHECK(fixture.run(fixture.store.record_outcomes({gone})).empty());
    CHECK(cause_of(fixture.run(fixture.store.unpublished_dead(1)).at(0)) == "endpoint_gone");
    CHECK(fixture.lease(waiting, "lse_2").condition == endpoint_condition::gone);

    fixture.run(fixture.store.start_again({{"rsn_1", id}}));
    const auto again = fixture.lease(id, "lse_3");
    CHECK(again.condition == endpoint_condition::gone);
    auto back = make_outcome(again, delivery_state::delivered, 200);
    back.endpoint_back = true;
    CHECK(fixture.run(fixture.store.record_outcomes({back})).empty());
    CHECK(fixture.text("SELECT disabled_at::text FROM endpoint_states") == "null");
    fixture.script("UPDATE endpoints SET deleted_at = now() WHERE id = 'ep_1'");
    fixture.run(fixture.store.release("lse_2"));
    CHECK(fixture.lease(waiting, "lse_4").condition == endpoint_condition::deleted);
}

TEST_CASE("dispatcher store: the sweep sees what is due, page by page", "[integration]") {
    dispatcher_fixture fixture;
    for (const char* id : {"evt_1", "evt_2", "evt_3"}) {
        static_cast<void>(fixture.fan_out(id, "email.clicked"));
    }
    static_cast<void>(fixture.fan_out("evt_4", "email.clicked", 1h));
    fixture.script("UPDATE deliveries SET next_attempt_at = next_attempt_at - interval '1 minute'");
    CHECK(fixture.run(fixture.store.oldest_due()) >= 1min);

    std::vector<std::string> seen;
    sweep_cursor sweep_cursor;
    for (;;) {
        const auto page = fixture.run(fixture.store.due(sweep_cursor, {}, 4));
        for (const auto& each : page) {
            CHECK(each.item.first);
            seen.push_back(each.item.delivery.text);
        }
        if (page.size() < 4) {
            break;
        }
        sweep_cursor = {page.back().due_at, page.back().item.delivery.text};
    }
    std::ranges::sort(seen);
    CHECK(std::ranges::adjacent_find(seen) == seen.end());
    CHECK(seen.size() == 6);
    CHECK(fixture.run(fixture.store.due({}, {"ep_1"}, 10)).size() == 3);

    // What is leased is nobody's to find until the lease ends.
    static_cast<void>(fixture.lease(domain::delivery_id{seen[0]}, "lse_1"));
    CHECK(fixture.run(fixture.store.due({}, {}, 10)).size() == 5);
    fixture.script(
        "UPDATE deliveries SET lease_until = now() - interval '1 second' "
        "WHERE lease_token = 'lse_1'"
    );
    CHECK(fixture.run(fixture.store.due({}, {}, 10)).size() == 6);
}
