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
#include "webhook-dispatcher/announce_dead.hpp"
#include "webhook-dispatcher/postgres_store.hpp"

using namespace vf;
using namespace vf::webhook_dispatcher;
using namespace std::chrono_literals;

namespace {

const instant noon = support::noon_yesterday();

class scene {
public:
    scene() {
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
        auto work = [&statements](postgres::transaction& in) { in.script(statements); };
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
        auto work = [&statement](postgres::transaction& in) -> std::string {
            const auto found = in.query(statement);
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
    outcome made;
    made.id = leased.id;
    made.endpoint = leased.endpoint;
    made.token = leased.token;
    made.run = leased.run;
    made.attempts = leased.attempts + 1;
    made.next.state = state;
    if (state == delivery_state::pending) {
        made.next.next_attempt_at = noon;
    }
    attempt_row row;
    row.started_at = noon + leased.attempts * 1us;
    row.took = 1'500us;
    row.outcome = state == delivery_state::pending ? "retry" : std::string{text_of(state)};
    row.status = status;
    row.address = "192.0.2.1";
    row.response_body = std::string("\x00\xff", 2);
    made.attempt = row;
    return made;
}

}  // namespace

TEST_CASE(
    "dispatcher store: an event is fanned out once, a repeat says what the rows say",
    "[integration]"
) {
    scene on;
    const auto first = on.fan_out("evt_1", "email.clicked");
    REQUIRE(first.nudges.size() == 2);
    CHECK(
        on.text("SELECT string_agg(endpoint_id || ' ' || state, ',' ORDER BY endpoint_id) "
                "FROM deliveries") == "ep_1 pending,ep_2 pending"
    );
    CHECK(
        on.text("SELECT convert_from(body, 'UTF8') FROM webhook_events") ==
        "{\"id\":\"evt_1\",\"x\":\"\\u00e9\"}"
    );

    // An endpoint that came later has no part in what was decided before.
    on.script(
        "INSERT INTO endpoints (id, project_id, url, event_types, secret_sealed, created_at) "
        "VALUES ('ep_3', 'prj_1', 'https://three.example', '{email.clicked}', '\\x01', now())"
    );
    const auto again = on.fan_out("evt_1", "email.clicked");
    CHECK(again.nudges.size() == 2);
    CHECK(on.text("SELECT count(*) FROM deliveries") == "2");
    CHECK(on.fan_out("evt_2", "email.clicked").nudges.size() == 3);
    CHECK(on.fan_out("evt_3", "email.bounced").nudges.empty());
    CHECK(on.text("SELECT count(*) FROM webhook_events") == "3");
}

TEST_CASE(
    "dispatcher store: deleted endpoints get nothing, disabled ones a parked delivery",
    "[integration]"
) {
    scene on;
    on.script(
        "UPDATE endpoints SET deleted_at = now() WHERE id = 'ep_2';"
        "INSERT INTO endpoint_states (endpoint_id, disabled_at) VALUES ('ep_1', now())"
    );
    const auto made = on.fan_out("evt_1", "email.clicked");
    CHECK(made.nudges.empty());
    CHECK(made.parked == 1);
    const auto dead = on.run(on.store.unannounced_dead(10));
    REQUIRE(dead.size() == 1);
    CHECK(dead[0].endpoint.text == "ep_1");
    CHECK(dead[0].attempts == 0);
    CHECK(cause_of(dead[0]) == "endpoint_disabled");
}

TEST_CASE(
    "dispatcher store: pending, retried, dead, resent once, delivered under one id", "[integration]"
) {
    scene on;
    const auto id = on.fan_out("evt_1", "email.opened").nudges.at(0).delivery;
    auto leased = on.lease(id, "lse_1");
    CHECK(leased.body == "{\"id\":\"evt_1\",\"x\":\"\\u00e9\"}");
    CHECK(leased.url == "https://one.example/hook");
    CHECK(leased.form == domain::signature_form::body);
    CHECK(leased.secret_sealed == "\x01\x02");
    CHECK_FALSE(leased.previous_secret_sealed);
    CHECK(leased.condition == endpoint_condition::open);
    CHECK(on.run(on.store.settle({make_outcome(leased, delivery_state::pending, 500)})).empty());
    CHECK(on.state_of(id) == "pending 1 1 true");

    leased = on.lease(id, "lse_2");
    CHECK(leased.attempts == 1);
    CHECK(on.run(on.store.settle({make_outcome(leased, delivery_state::dead, 502)})).empty());
    CHECK(on.state_of(id) == "dead 2 1 true");
    CHECK(on.run(on.store.lease({id}, "lse_3")).empty());

    auto dead = on.run(on.store.unannounced_dead(10));
    REQUIRE(dead.size() == 1);
    CHECK(dead[0].last_status == 502);
    CHECK(cause_of(dead[0]) == "attempts_exhausted");
    on.run(on.store.mark_announced(dead));
    CHECK(on.run(on.store.unannounced_dead(10)).empty());

    const std::vector<resend> asked{{"rsn_1", id}, {"rsn_1", id}, {"rsn_x", {}}};
    const auto started = on.run(on.store.start_again(asked));
    REQUIRE(started.size() == 1);
    CHECK(started[0].delivery == id);
    CHECK(started[0].endpoint.text == "ep_1");
    CHECK(on.run(on.store.start_again({{"rsn_1", id}})).empty());
    CHECK(on.state_of(id) == "pending 0 2 true");

    leased = on.lease(id, "lse_4");
    CHECK(leased.run == 2);
    CHECK(leased.body == "{\"id\":\"evt_1\",\"x\":\"\\u00e9\"}");
    CHECK(on.run(on.store.settle({make_outcome(leased, delivery_state::delivered, 204)})).empty());
    CHECK(on.state_of(id) == "delivered 1 2 true");
    CHECK(
        on.text("SELECT string_agg(run || '.' || attempt || ' ' || outcome || ' ' || status || "
                "' ' || extract(milliseconds FROM took), ',' ORDER BY run, attempt) "
                "FROM attempts") ==
        "1.1 retry 500 1.500,1.2 dead 502 1.500,"
        "2.1 delivered 204 1.500"
    );
    CHECK(on.text("SELECT encode(response_body, 'hex') FROM attempts LIMIT 1") == "00ff");

    // A delivered one may be sent again, too.
    CHECK(on.run(on.store.start_again({{"rsn_2", id}})).size() == 1);
    CHECK(on.state_of(id) == "pending 0 3 true");
}

TEST_CASE("dispatcher store: a lost lease writes nothing", "[integration]") {
    scene on;
    const auto id = on.fan_out("evt_1", "email.opened").nudges.at(0).delivery;
    const auto ours = on.lease(id, "lse_ours");
    CHECK(on.run(on.store.lease({id}, "lse_theirs")).empty());
    on.script("UPDATE deliveries SET lease_until = now() - interval '1 second'");
    const auto theirs = on.lease(id, "lse_theirs");

    const auto lost = on.run(on.store.settle({make_outcome(ours, delivery_state::delivered, 200)}));
    CHECK(lost == std::vector{id});
    CHECK(on.text("SELECT count(*) FROM attempts") == "0");
    CHECK(on.run(on.store.settle({make_outcome(theirs, delivery_state::pending, 500)})).empty());
    CHECK(on.state_of(id) == "pending 1 1 true");
}

TEST_CASE("dispatcher store: a lease that was never used can be given back", "[integration]") {
    scene on;
    const auto id = on.fan_out("evt_1", "email.opened").nudges.at(0).delivery;
    static_cast<void>(on.lease(id, "lse_1"));
    on.run(on.store.release("lse_1"));
    CHECK(on.lease(id, "lse_2").token == "lse_2");
}

TEST_CASE(
    "dispatcher store: nothing is leased before its time or to a paused endpoint", "[integration]"
) {
    scene on;
    const auto later = on.fan_out("evt_1", "email.opened", 1h).nudges.at(0);
    CHECK(on.run(on.store.lease({later.delivery}, "lse_1")).empty());

    const auto id = on.fan_out("evt_2", "email.opened").nudges.at(0).delivery;
    auto busy = make_outcome(on.lease(id, "lse_2"), delivery_state::pending, 429);
    busy.pause_until = instant::max();
    CHECK(on.run(on.store.settle({busy})).empty());
    CHECK(on.run(on.store.lease({id}, "lse_3")).empty());
    CHECK(on.run(on.store.due({}, {}, 10)).empty());
    CHECK(on.run(on.store.oldest_due()) == 0s);
    // A shorter pause does not end the longer one.
    on.script("UPDATE endpoint_states SET paused_until = now() - interval '1 second'");
    CHECK(on.run(on.store.due({}, {}, 10)).size() == 1);
    CHECK(on.lease(id, "lse_4").attempts == 1);
}

TEST_CASE(
    "dispatcher store: 410 disables, and a resend that is delivered enables", "[integration]"
) {
    scene on;
    const auto id = on.fan_out("evt_1", "email.opened").nudges.at(0).delivery;
    const auto waiting = on.fan_out("evt_2", "email.opened").nudges.at(0).delivery;
    auto gone = make_outcome(on.lease(id, "lse_1"), delivery_state::dead, 410);
    gone.endpoint_gone = true;
    CHECK(on.run(on.store.settle({gone})).empty());
    CHECK(cause_of(on.run(on.store.unannounced_dead(1)).at(0)) == "endpoint_gone");
    CHECK(on.lease(waiting, "lse_2").condition == endpoint_condition::gone);

    on.run(on.store.start_again({{"rsn_1", id}}));
    const auto again = on.lease(id, "lse_3");
    CHECK(again.condition == endpoint_condition::gone);
    auto back = make_outcome(again, delivery_state::delivered, 200);
    back.endpoint_back = true;
    CHECK(on.run(on.store.settle({back})).empty());
    CHECK(on.text("SELECT disabled_at::text FROM endpoint_states") == "null");
    on.script("UPDATE endpoints SET deleted_at = now() WHERE id = 'ep_1'");
    on.run(on.store.release("lse_2"));
    CHECK(on.lease(waiting, "lse_4").condition == endpoint_condition::deleted);
}

TEST_CASE("dispatcher store: the sweep sees what is due, page by page", "[integration]") {
    scene on;
    for (const char* id : {"evt_1", "evt_2", "evt_3"}) {
        static_cast<void>(on.fan_out(id, "email.clicked"));
    }
    static_cast<void>(on.fan_out("evt_4", "email.clicked", 1h));
    on.script("UPDATE deliveries SET next_attempt_at = next_attempt_at - interval '1 minute'");
    CHECK(on.run(on.store.oldest_due()) >= 1min);

    std::vector<std::string> seen;
    sweep_cursor from;
    for (;;) {
        const auto page = on.run(on.store.due(from, {}, 4));
        for (const auto& each : page) {
            CHECK(each.item.first);
            seen.push_back(each.item.delivery.text);
        }
        if (page.size() < 4) {
            break;
        }
        from = {page.back().due_at, page.back().item.delivery.text};
    }
    std::ranges::sort(seen);
    CHECK(std::ranges::adjacent_find(seen) == seen.end());
    CHECK(seen.size() == 6);
    CHECK(on.run(on.store.due({}, {"ep_1"}, 10)).size() == 3);

    // What is leased is nobody's to find until the lease ends.
    static_cast<void>(on.lease(domain::delivery_id{seen[0]}, "lse_1"));
    CHECK(on.run(on.store.due({}, {}, 10)).size() == 5);
    on.script(
        "UPDATE deliveries SET lease_until = now() - interval '1 second' "
        "WHERE lease_token = 'lse_1'"
    );
    CHECK(on.run(on.store.due({}, {}, 10)).size() == 6);
}
