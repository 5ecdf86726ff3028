#include "ingest-gateway/api/one_click.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <string_view>

#include "ingest-gateway/parse/one_click_form.hpp"
#include "memory_store.hpp"
#include "vf/base/text.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/limits.hpp"
#include "vf/support/memory_topic.hpp"
#include "vf/support/run_task.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

constexpr std::string_view pair = "List-Unsubscribe=One-Click";
constexpr std::string_view form_type = "application/x-www-form-urlencoded";

struct link_fixture {
    memory_store store;
    support::memory_sink sink;
    manual_clock now{*parse_instant("2024-11-20T12:00:00Z")};
    seeded_random randomness{7};
    telemetry::registry registry;
    metrics metrics{registry};
    broker_health health;
    admission budget{admission_limits{}};
    quotas quotas{quota_settings{}};
    http::router router;
    runtime::loop events;
    runtime::task_group tasks{events.context()};
    claim_batches batches{{events, tasks, store, now}, {}};
    claim_keys claims{events, batches, now};
    acceptor acceptor{{sink, sink, health, budget, claims, quotas, metrics, now, randomness}};
    mail::link_keys keys{*mail::link_keys::parse("1:" + to_base64(std::string(32, 'k')))};
    mail::unsubscribe_link link{
        domain::project_id{"prj_" + std::string(26, '0')}, 123,
        domain::draft_id{"drf_" + std::string(26, '1')}
    };
    one_click links{{keys, acceptor, metrics, now}};

    link_fixture() { links.add_to(router); }

    http::response send(
        const std::string& method, const std::string& token, http::request request
    ) {
        request.method = method;
        request.path = "/u/" + token;
        auto match = router.find(request.method, request.path);
        REQUIRE(match.route != nullptr);
        request.parameters = std::move(match.parameters);
        auto judged = support::run_task(events, match.route->on_head(request));
        return judged ? support::run_task(events, judged->handler(std::move(request)))
                      : std::move(judged.error());
    }

    http::response post(
        const std::string& token, std::string_view body = pair, std::string_view type = form_type
    ) {
        http::request request;
        request.headers.add("Content-Type", std::string{type});
        request.body = body;
        return send("POST", token, std::move(request));
    }

    http::response click(const mail::unsubscribe_link& whose) {
        return post(mail::make_unsubscribe_token(keys, whose));
    }

    std::string token() const { return mail::make_unsubscribe_token(keys, link); }
};

http::headers content_type(const std::string& type) {
    http::headers headers;
    headers.add("Content-Type", type);
    return headers;
}

std::string part(const std::string& head, const std::string& value) {
    return "--b0\r\n" + head + "\r\n\r\n" + value + "\r\n";
}

const std::string disposition = R"(Content-Disposition: form-data; name="List-Unsubscribe")";

// Of a page for a person: nothing of its address leaves it.
void check_kept_close(const http::response& response) {
    for (const auto* const forbidden : {"Set-Cookie", "Location"}) {
        CHECK(response.headers.find(forbidden) == nullptr);
    }
    const auto* policy = response.headers.find("Content-Security-Policy");
    REQUIRE(policy != nullptr);
    CHECK(policy->starts_with("default-src 'none'"));
    CHECK(policy->contains("frame-ancestors 'none'"));
    CHECK(*response.headers.find("Referrer-Policy") == "no-referrer");
    CHECK(*response.headers.find("Cache-Control") == "no-store");
    CHECK(response.headers.find("X-Robots-Tag")->starts_with("noindex"));
    CHECK(*response.headers.find("X-Content-Type-Options") == "nosniff");
}

}  // namespace

TEST_CASE("one click: a form in one line says it with the pair, exactly") {
    const auto headers = content_type(std::string{form_type});
    for (const auto* const body :
         {"List-Unsubscribe=One-Click", "List-Unsubscribe=One-Click\r\n",
          "a=b&List-Unsubscribe=One-Click", "List-Unsubscribe=One-Click&a=b"}) {
        CAPTURE(body);
        CHECK(is_one_click(headers, body));
        CHECK(is_one_click({}, body));
    }
    for (const auto* const body :
         {"", "List-Unsubscribe", "List-Unsubscribe=", "List-Unsubscribe=One-Clic",
          "List-Unsubscribe=One-Clicks", "list-unsubscribe=one-click", "&&&", "=One-Click",
          "aList-Unsubscribe=One-Click", R"({"List-Unsubscribe":"One-Click"})"}) {
        CAPTURE(body);
        CHECK_FALSE(is_one_click(headers, body));
    }
}

TEST_CASE("one click: a multipart form says it in a part") {
    const auto type = GENERATE(
        as<std::string>{}, "multipart/form-data; boundary=b0",
        R"(Multipart/Form-Data; charset="x"; BOUNDARY="b0")"
    );
    const auto headers = content_type(type);
    CHECK(is_one_click(headers, part(disposition, "One-Click") + "--b0--\r\n"));
    CHECK(is_one_click(headers, part(disposition, "One-Click") + "--b0--"));
    CHECK(is_one_click(
        headers, "preamble\r\n" + part(R"(Content-Disposition: form-data; name="a")", "b") +
                     part("Content-Type: text/plain\r\n" + disposition, "One-Click") + "--b0--\r\n"
    ));
    CHECK(is_one_click(
        headers, "--b0\ncontent-disposition: form-data; name=List-Unsubscribe\n\nOne-Click\n--b0--"
    ));
    for (const auto& body :
         {std::string{}, std::string{"--b0--"}, std::string{pair}, part(disposition, "Two-Clicks"),
          part(disposition, ""), part("Content-Disposition: form-data", "One-Click"),
          part(R"(Content-Disposition: form-data; name="other")", "One-Click"),
          part("X: y", disposition + "\r\n\r\nOne-Click"), std::string(4'096, '-'),
          "--b0\r\n" + disposition}) {
        CAPTURE(body);
        CHECK_FALSE(is_one_click(headers, body));
    }
}

TEST_CASE("one click: a multipart form without a sound boundary says nothing") {
    const auto type = GENERATE(
        as<std::string>{}, "multipart/form-data",
        "multipart/form-data; boundary=", "multipart/form-data; boundary=b1",
        "multipart/form-data; boundary=" + std::string(71, 'b')
    );
    CHECK_FALSE(is_one_click(content_type(type), part(disposition, "One-Click") + "--b0--"));
}

TEST_CASE("one click: a post is a decision of the user's on the topic before it is answered") {
    link_fixture fixture;
    const auto answer = fixture.post(fixture.token());
    CHECK(answer.status == 200);
    CHECK(answer.headers.find("Content-Type")->starts_with("text/plain"));
    check_kept_close(answer);
    REQUIRE(fixture.sink.published.size() == 1);
    const auto& record = fixture.sink.published.front();
    CHECK(record.topic == wire::topic::mail);
    CHECK(record.key == fixture.link.project.text + ":123");
    const auto message = wire::decode_mail(record);
    REQUIRE(message.has_value());
    CHECK(message->source == wire::mail_source::one_click);
    CHECK(message->project == fixture.link.project);
    CHECK(message->received_at == fixture.now.now());
    CHECK(
        message->body == R"({"action":"unsubscribe","user_id":"123","draft_id":"drf_)" +
                             std::string(26, '1') + R"("})"
    );
    CHECK(fixture.budget.in_flight().records == 0);
}

TEST_CASE("one click: a link without a draft says nothing of one, and a repeat is as good") {
    link_fixture fixture;
    fixture.link.draft.reset();
    CHECK(fixture.post(fixture.token()).status == 200);
    CHECK(fixture.post(fixture.token()).status == 200);
    REQUIRE(fixture.sink.published.size() == 2);
    CHECK(
        wire::decode_mail(fixture.sink.published[1])->body ==
        R"({"action":"unsubscribe","user_id":"123"})"
    );
}

TEST_CASE("one click: to look at a link changes nothing") {
    link_fixture fixture;
    const auto answer = fixture.send("GET", fixture.token(), {});
    CHECK(answer.status == 200);
    CHECK(answer.headers.find("Content-Type")->starts_with("text/html"));
    check_kept_close(answer);
    CHECK(answer.body.contains(R"(<form method="post">)"));
    CHECK(answer.body.contains(R"(name="List-Unsubscribe" value="One-Click")"));
    CHECK(answer.body.contains(R"(<html lang="en">)"));
    CHECK_FALSE(answer.body.contains(fixture.token()));
    CHECK(fixture.sink.published.empty());
}

TEST_CASE("one click: every bad token is the same 404, whatever the body") {
    link_fixture fixture;
    auto altered = fixture.token();
    altered[20] = altered[20] == 'A' ? 'B' : 'A';
    const auto others = *mail::link_keys::parse("1:" + to_base64(std::string(32, 'o')));
    const auto bodies = fixture.post("x").body;
    for (const auto& token :
         {altered, fixture.token().substr(1), std::string{"x"}, std::string(600, 'A'),
          mail::make_unsubscribe_token(others, fixture.link), std::string{"a b"}}) {
        CAPTURE(token);
        const auto look = fixture.send("GET", token, {});
        CHECK(look.status == 404);
        CHECK(look.body == bodies);
        check_kept_close(look);
        CHECK(fixture.post(token).status == 404);
        CHECK(fixture.post(token, "nonsense").status == 404);
        CHECK(fixture.post(token, "nonsense").body == bodies);
    }
    CHECK(fixture.sink.published.empty());
}

TEST_CASE("one click: a post without the pair is 400 and changes nothing") {
    link_fixture fixture;
    const auto answer = fixture.post(fixture.token(), "List-Unsubscribe=Two-Clicks");
    CHECK(answer.status == 400);
    check_kept_close(answer);
    CHECK(fixture.sink.published.empty());
}

TEST_CASE("one click: nothing is promised that the broker has not taken") {
    link_fixture fixture;
    fixture.sink.fail_next({failure::transient, "broker_unavailable", {}});
    const auto answer = fixture.post(fixture.token());
    CHECK(answer.status == 503);
    CHECK(answer.headers.find("Retry-After") != nullptr);
    CHECK(fixture.sink.published.empty());
}

TEST_CASE("one click: who clicks without end uses up his own link and nobody else's") {
    link_fixture fixture;
    for (int i = 0; i < 5; ++i) {
        CHECK(fixture.click(fixture.link).status == 200);
    }
    const auto refused = fixture.click(fixture.link);
    CHECK(refused.status == 429);
    CHECK(refused.headers.find("Retry-After") != nullptr);
    auto neighbour = fixture.link;
    neighbour.user_id = 124;
    CHECK(fixture.click(neighbour).status == 200);
    fixture.now.advance(std::chrono::seconds{5});
    CHECK(fixture.click(fixture.link).status == 200);
    CHECK(fixture.click(fixture.link).status == 429);
}

TEST_CASE("one click: one project's links in a flood leave another's alone") {
    link_fixture fixture;
    auto link = fixture.link;
    for (link.user_id = 1; link.user_id <= 1'000; ++link.user_id) {
        REQUIRE(fixture.click(link).status == 200);
    }
    CHECK(fixture.click(link).status == 429);
    link.project = domain::project_id{"prj_" + std::string(26, '2')};
    CHECK(fixture.click(link).status == 200);
}
