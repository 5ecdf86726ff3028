// Whom mail is sent to, and what is done with drafts, through the console: answered as promised,
// seen on the topic or in the table, and audited.
#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "console_fixture.hpp"
#include "vf/kafka/admin.hpp"
#include "vf/kafka/group_source.hpp"
#include "vf/kafka/producer.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using vf::console_tests::console_fixture;
using vf::console_tests::noon;

namespace {

constexpr vf::duration patience = std::chrono::seconds{60};

// u1 with an address, and a draft for each id.
std::string make_activity(console_fixture& api, const std::vector<std::string>& drafts = {}) {
    const auto project = api.make_project();
    api.script(
        "INSERT INTO users (project_id, external_user_id, email, identified_at) VALUES ('" +
        project + "', 'u1', 'a@b.co', now());" +
        "INSERT INTO user_facts SELECT user_id, now(), now(), '' FROM users"
    );
    for (const auto& id : drafts) {
        api.script(
            "INSERT INTO drafts (id, project_id, rule_id, preset, user_id, external_user_id,"
            " status, created_at) SELECT '" +
            id + "', '" + project +
            "', 'rul_1', 'welcome', user_id, 'u1', 'pending_review', now() FROM users"
        );
    }
    return "/v1/projects/" + project;
}

std::string ids_of(console_fixture& api, const std::string& target) {
    const auto answer = api.send("GET", target);
    CHECK(answer.status == 200);
    std::string ids;
    for (int i = 0; answer.at("data." + std::to_string(i)) != "absent"; ++i) {
        ids += (ids.empty() ? "" : ",") + answer.at("data." + std::to_string(i) + ".id");
    }
    return ids;
}

void set_status(console_fixture& api, const std::string& status, const std::string& until) {
    api.script("UPDATE users SET status = '" + status + "', paused_until = " + until);
}

}  // namespace

TEST_CASE("console mail: a wish about a user goes on the topic under the user's key, audited") {
    console_fixture api;
    const auto base = make_activity(api);
    const auto project = base.substr(base.rfind('/') + 1);
    int done = 0;
    for (const std::string action : {"unsubscribe", "pause", "resume", "resubscribe"}) {
        CAPTURE(action);
        const auto path = base + "/users/u1/" + action;
        CHECK(api.send("POST", base + "/users/u9/" + action, "{}").status == 404);
        CHECK(api.send("POST", "/v1/projects/prj_9/users/u1/" + action, "").status == 404);
        CHECK(api.send("POST", path, "{}").at("errors.0.field") == "reason");
        CHECK(api.send("POST", path, R"({"reason":"r"})", "wrong").status == 401);

        const auto answer = api.send("POST", path, R"({"reason":"on the phone"})");
        CHECK(answer.status == 202);
        const auto id = answer.at("data.request_id");
        CHECK(domain::is_well_formed(id, "req_"));
        REQUIRE(api.sink.records.size() == static_cast<std::size_t>(++done));
        const auto& record = api.sink.records.back();
        CHECK(record.topic == wire::topic::mail);
        CHECK(record.key == project + ":u1");
        const auto message = wire::decode_mail(record);
        REQUIRE(message);
        CHECK(message->source == wire::mail_source::console);
        CHECK(message->project.text == project);
        CHECK(message->received_at == noon);
        CHECK(
            message->body == R"({"action":")" + action +
                                 R"(","external_user_id":"u1","actor":"admin",)"
                                 R"("reason":"on the phone","request_id":")" +
                                 id + R"("})"
        );
        CHECK(
            api.number(
                "SELECT count(*) FROM audit WHERE actor = 'admin' AND action = 'user." + action +
                "' AND target = '" + id +
                "' AND reason = 'on the phone' AND"
                " detail->>'user_id' = (SELECT user_id::text FROM users) AND"
                " detail->>'project_id' = '" +
                project + "'"
            ) == 1
        );
    }
    // The id of a user may be an address.
    CHECK(api.number("SELECT count(*) FROM audit WHERE detail::text LIKE '%u1%'") == 0);
    CHECK(api.number("SELECT count(*) FROM audit WHERE action LIKE 'user.%'") == 4);
}

TEST_CASE("console mail: a pause ends in the future, or when somebody resumes") {
    console_fixture api;
    const auto path = make_activity(api) + "/users/u1/pause";
    const auto until = [&](const std::string& text) {
        return api.send("POST", path, R"({"reason":"r","until":")" + text + R"("})");
    };
    for (const auto& text : {format_milliseconds(noon), std::string{"tomorrow"}}) {
        CHECK(until(text).status == 422);
        CHECK(until(text).at("errors.0.field") == "until");
    }
    CHECK(api.sink.records.empty());
    CHECK(api.number("SELECT count(*) FROM audit WHERE action = 'user.pause'") == 0);
    const auto end = noon + std::chrono::hours{48};
    CHECK(until(format_milliseconds(end)).status == 202);
    REQUIRE(api.sink.records.size() == 1);
    CHECK(wire::decode_mail(api.sink.records[0])
              ->body.contains(R"("until":")" + format_instant(end) + '"'));
}

TEST_CASE("console mail: without an acknowledgement there is no 202, and a repeat is harmless") {
    console_fixture api;
    const auto path = make_activity(api) + "/users/u1/unsubscribe";
    api.sink.unavailable = true;
    CHECK(api.send("POST", path, R"({"reason":"r"})").status == 503);
    CHECK(api.sink.records.empty());
    api.sink.unavailable = false;
    const auto first = api.send("POST", path, R"({"reason":"r"})");
    const auto second = api.send("POST", path, R"({"reason":"r"})");
    CHECK(first.status == 202);
    CHECK(second.status == 202);
    CHECK(first.at("data.request_id") != second.at("data.request_id"));
    CHECK(api.sink.records.size() == 2);
    CHECK(api.number("SELECT count(*) FROM audit WHERE action = 'user.unsubscribe'") == 3);
    CHECK(api.number("SELECT count(*) FROM users WHERE subscribed AND status = 'active'") == 1);
}

TEST_CASE("console mail: the wish is on the real topic before the answer") {
    const char* const brokers = std::getenv("VF_KAFKA_BROKERS");
    REQUIRE(brokers != nullptr);
    std::vector<wire::topic_description> topics;
    std::ranges::copy_if(wire::all_topics(), std::back_inserter(topics), [](const auto& one) {
        return one.name == wire::topic::mail;
    });
    REQUIRE(kafka::create_topics({brokers}, topics, patience));
    console_fixture api;
    const auto base = make_activity(api);
    telemetry::registry metrics;
    kafka::producer_options options;
    options.cluster.brokers = brokers;
    options.client_id = "console-mail-test";
    const auto producer = kafka::producer::create(api.events(), options, metrics).value();
    api.sink.behind = producer.get();
    const auto answer = api.send("POST", base + "/users/u1/pause", R"({"reason":"on leave"})");
    REQUIRE(answer.status == 202);

    runtime::signal fault{api.events().context()};
    kafka::source_options reading;
    reading.cluster.brokers = brokers;
    reading.client_id = "console-mail-test";
    reading.group = "test." + answer.at("data.request_id");
    reading.topics = {std::string{wire::topic::mail}};
    const auto source = kafka::group_source::create(api.events(), reading, metrics, fault).value();
    int seen = 0;
    while (seen == 0) {
        const auto batch = support::run_task(api.events(), source->next(), patience).value();
        for (const auto& record : batch.records) {
            const auto message = wire::decode_mail(record);
            seen += message && message->body.contains(answer.at("data.request_id")) ? 1 : 0;
        }
        REQUIRE(support::run_task(api.events(), source->commit(batch), patience));
    }
    CHECK(seen == 1);
    CHECK(support::run_task(api.events(), source->close(patience), patience));
}

TEST_CASE("console mail: a user shows why nobody writes, and a pause ends by itself") {
    console_fixture api;
    const auto base = make_activity(api);
    const auto expect = [&](const std::string& status, const std::string& until) {
        for (const std::string target : {"/users/u1", "/users"}) {
            const std::string row = target == "/users" ? "data.0." : "data.";
            const auto shown = api.send("GET", base + target);
            CHECK(shown.at(row + "status") == status);
            CHECK(shown.at(row + "paused_until") == until);
        }
    };
    expect("active", "null");
    set_status(api, "paused", "NULL");
    expect("paused", "null");
    const auto end = format_milliseconds(noon + std::chrono::hours{72});
    set_status(api, "paused", "'" + end + "'");
    expect("paused", end);
    set_status(api, "paused", "now()");
    expect("active", "null");
    api.script("UPDATE users SET email = NULL");
    expect("no_email", "null");
    for (const std::string status : {"unsubscribed", "suppressed", "no_email"}) {
        set_status(api, status, "now() + interval '1 day'");
        expect(status, "null");
    }
}

TEST_CASE("console mail: what is done with drafts shows in their status, and filters by it") {
    console_fixture api;
    const auto base = make_activity(api, {"drf_a", "drf_b", "drf_c", "drf_d", "drf_e"}) + "/drafts";
    CHECK(api.send("POST", base + "/drf_a/approve").at("data.status") == "scheduled");
    CHECK(
        api.send("POST", base + "/drf_b/cancel", R"({"reason":"wrong"})").at("data.status") ==
        "cancelled"
    );
    const auto earlier = format_milliseconds(noon - std::chrono::hours{1});
    const auto sent = api.send(
        "POST", base + "/drf_c/sent", R"({"message_id":"m-c","sent_at":")" + earlier + R"("})"
    );
    CHECK(sent.status == 200);
    CHECK(sent.at("data.status") == "sent");
    CHECK(sent.at("data.message_id") == "m-c");
    CHECK(sent.at("data.sent_at") == earlier);
    // The evaluator's cancellation stands before an approval, and neither before what is out.
    CHECK(api.send("POST", base + "/drf_d/approve").status == 200);
    api.script("UPDATE drafts SET status = 'cancelled' WHERE id IN ('drf_c', 'drf_d')");
    CHECK(api.send("GET", base + "/drf_d").at("data.status") == "cancelled");
    CHECK(ids_of(api, base + "?status=scheduled") == "drf_a");
    CHECK(ids_of(api, base + "?status=cancelled") == "drf_d,drf_b");
    CHECK(ids_of(api, base + "?status=sent") == "drf_c");
    CHECK(ids_of(api, base + "?status=pending_review") == "drf_e");
    const auto approved = api.send("GET", base + "/drf_a");
    CHECK(approved.at("data.actions.0.action") == "approve");
    CHECK(approved.at("data.actions.0.actor") == "admin");
    CHECK(approved.at("data.actions.0.acted_at") == format_milliseconds(noon));
    CHECK(api.send("GET", "/v1/lifeline/drf_c").at("data.draft.status") == "sent");
}

TEST_CASE("console mail: an action on a draft is recorded once, audited, and may be refused") {
    console_fixture api;
    const auto base = make_activity(api, {"drf_a", "drf_b"}) + "/drafts/";
    const auto post = [&](const std::string& what, const std::string& body) {
        return api.send("POST", base + what, body);
    };
    for (const std::string action : {"approve", "cancel", "sent"}) {
        CHECK(post("drf_9/" + action, "{}").status == 404);
        CHECK(api.send("POST", "/v1/projects/prj_9/drafts/drf_a/" + action, "{}").status == 404);
    }
    CHECK(api.send("GET", base + "drf_9").status == 404);
    CHECK(post("drf_a/cancel", "{}").at("errors.0.field") == "reason");
    CHECK(post("drf_a/sent", "{}").at("errors.0.field") == "message_id");
    CHECK(api.number("SELECT count(*) FROM draft_actions") == 0);

    for (int i = 0; i < 2; ++i) {
        CHECK(post("drf_a/approve", R"({"reason":"fine"})").status == 200);
    }
    for (int i = 0; i < 2; ++i) {
        CHECK(post("drf_a/sent", R"({"message_id":"m-1"})").at("data.message_id") == "m-1");
    }
    CHECK(post("drf_a/sent", R"({"message_id":"m-2"})").status == 409);
    CHECK(post("drf_a/approve", "").at("errors.0.code") == "conflict");
    CHECK(post("drf_a/cancel", R"({"reason":"late"})").status == 409);
    const auto twice = post("drf_b/sent", R"({"message_id":"m-1"})");
    CHECK(twice.status == 409);
    CHECK(twice.at("errors.0.field") == "message_id");
    for (int i = 0; i < 2; ++i) {
        CHECK(post("drf_b/cancel", R"({"reason":"wrong"})").status == 200);
    }
    CHECK(post("drf_b/approve", "").status == 409);
    CHECK(api.number("SELECT count(*) FROM draft_actions") == 3);
    CHECK(api.number("SELECT count(*) FROM draft_actions WHERE message_id = 'm-1'") == 1);
    CHECK(
        api.number("SELECT count(*) FROM audit WHERE actor = 'admin' AND (action, target, reason)"
                   " IN (('draft.approve', 'drf_a', 'fine'), ('draft.cancel', 'drf_b', 'wrong'))"
        ) == 2
    );
    CHECK(
        api.number("SELECT count(*) FROM audit WHERE action = 'draft.sent' AND target = 'drf_a'"
                   " AND detail->>'message_id' = 'm-1'") == 1
    );
    CHECK(api.number("SELECT count(*) FROM audit WHERE action LIKE 'draft.%'") == 3);
}

TEST_CASE("console mail: no draft of somebody who is not written to is approved or handed out") {
    console_fixture api;
    const auto base = make_activity(api, {"drf_a"}) + "/drafts/drf_a/";
    for (const std::string status : {"unsubscribed", "suppressed", "paused", "no_email"}) {
        CAPTURE(status);
        set_status(api, status, "NULL");
        const auto refused = api.send("POST", base + "sent", R"({"message_id":"m"})");
        CHECK(refused.status == 409);
        CHECK(refused.at("errors.0.code") == "conflict");
        CHECK(refused.at("errors.0.message").ends_with(status));
        CHECK(api.send("POST", base + "approve").status == 409);
    }
    CHECK(api.number("SELECT count(*) FROM draft_actions") == 0);
    set_status(api, "paused", "now()");
    CHECK(api.send("POST", base + "approve").status == 200);
    set_status(api, "unsubscribed", "NULL");
    CHECK(api.send("POST", base + "approve").status == 409);
    CHECK(api.send("POST", base + "cancel", R"({"reason":"she wrote no"})").status == 200);
}

TEST_CASE("console mail: the sender of a draft gets its one-click link, and nothing is stored") {
    console_fixture api;
    const auto id = domain::id_from_digest("drf_", std::string(32, 'd'));
    const auto base = make_activity(api, {id});
    const auto path = base + "/drafts/" + id + "/unsubscribe-link";
    CHECK(api.send("POST", base + "/drafts/drf_9/unsubscribe-link").status == 404);
    CHECK(api.send("POST", "/v1/projects/prj_9/drafts/" + id + "/unsubscribe-link").status == 404);
    CHECK(api.send("POST", path, R"({"user_id":7})").at("errors.0.field") == "user_id");
    const auto answer = api.send("POST", path);
    CHECK(answer.status == 200);
    const std::string before = "https://in.example.com/u/";
    const auto url = answer.at("data.url");
    REQUIRE(url.starts_with(before));
    const auto link = mail::read_unsubscribe_token(api.links, url.substr(before.size()));
    REQUIRE(link);
    CHECK(base.ends_with(link->project.text));
    CHECK(link->user_id == api.number("SELECT user_id FROM users"));
    CHECK(link->draft == domain::draft_id{id});
    CHECK(answer.at("data.list_unsubscribe") == "<" + url + ">");
    const auto hash = answer.at("data.reply_to_hash");
    CHECK(mail::read_mailbox_hash(api.links, link->project, hash) == link->draft);
    CHECK(api.send("POST", path, "{}").text == answer.text);
    CHECK(api.number("SELECT count(*) FROM audit WHERE target = '" + id + "'") == 0);
}
