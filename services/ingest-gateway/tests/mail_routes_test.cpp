#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway_fixture.hpp"
#include "vf/domain/limits.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

constexpr auto usual = domain::limits::mail_usual_bytes;

}  // namespace

TEST_CASE("routes: a notice of the mail provider is carried verbatim under its message") {
    gateway_fixture fixture;
    const std::string notice = R"({ "RecordType":"Open","MessageID":"m-1" })";
    const auto answer = fixture.mail("mail:s3cret", notice);
    CHECK(answer.status == 200);
    CHECK(answer.body == R"({"data":{"accepted":true}})");
    REQUIRE(fixture.sink.published.size() == 1);
    CHECK(fixture.sink.published[0].topic == wire::topic::mail);
    const auto message = wire::decode_mail(fixture.sink.published[0]);
    REQUIRE(message.has_value());
    CHECK(message->project == project);
    CHECK(message->body == notice);
    CHECK(message->received_at == fixture.now.now());
}

TEST_CASE("routes: whatever the mail provider sends is kept to the byte and answered 200") {
    const std::string zero(1, '\0');
    const auto body = GENERATE_COPY(
        as<std::string>{}, "", " ", "{", "[]", "null", "nonsense", zero, "{\"a\":\"" + zero + "\"}",
        R"({"UserAgent":"half of an emoji \ud83d"})", R"({"MessageID":"a","MessageID":"b"})",
        "{\"Subject\":\"caf\xe9\"}", "\xef\xbb\xbf{}", "\xff\xfe{\0}\0", std::string(5'000, '[')
    );
    gateway_fixture fixture;
    const auto answer = fixture.mail("mail:s3cret", body);
    CHECK(answer.status == 200);
    REQUIRE(fixture.sink.published.size() == 1);
    const auto message = wire::decode_mail(fixture.sink.published[0]);
    REQUIRE(message.has_value());
    CHECK(message->body == body);
    CHECK(message->source == wire::mail_source::postmark);
}

TEST_CASE("routes: the mail provider may name its content type as it likes") {
    gateway_fixture fixture;
    auto post = fixture.mail_request("mail:s3cret", "{}");
    std::erase_if(post.headers.all, [](const auto& each) { return each.name == "Content-Type"; });
    CHECK(fixture.send(std::move(post)).status == 200);
}

TEST_CASE("routes: the mail provider gets 401 and 503, never 403") {
    gateway_fixture fixture;
    CHECK(fixture.mail("mail:wrong", "{}").status == 401);
    fixture.sink.fail_next({failure::transient, "broker_unavailable", {}});
    CHECK(fixture.mail("mail:s3cret", "{}").status == 503);
    CHECK(fixture.sink.published.empty());
}

TEST_CASE("routes: mail larger than usual goes by the large sink, on a topic of its own") {
    const auto [size, topic, large] = GENERATE(table<std::size_t, std::string_view, bool>(
        {{usual - 1, wire::topic::mail, false},
         {usual, wire::topic::mail, false},
         {usual + 1, wire::topic::mail_large, true}}
    ));
    // There is room for the usual in the budget, and for none of the large.
    gateway_fixture fixture{{{100, 2U << 20U}, {100, 2U << 20U}, std::chrono::seconds{2}}};
    const std::string body(size, 'x');
    CHECK(fixture.mail("mail:s3cret", body).status == 200);
    const auto& sent = large ? fixture.large_sink : fixture.sink;
    const auto& other = large ? fixture.sink : fixture.large_sink;
    REQUIRE(sent.published.size() == 1);
    CHECK(other.published.empty());
    CHECK(sent.published[0].topic == topic);
    CHECK(wire::decode_mail(sent.published[0])->body == body);
}

TEST_CASE("routes: a large mail that is not taken says nothing of the broker") {
    gateway_fixture fixture;
    fixture.large_sink.fail_next({failure::transient, "broker_unavailable", {}});
    const auto answer = fixture.mail("mail:s3cret", std::string(usual + 1, 'x'));
    CHECK(answer.status == 503);
    CHECK(answer.headers.find("Retry-After") != nullptr);
    CHECK_FALSE(fixture.health.failing());
    CHECK(fixture.send(fixture.request("/api/v1/events", event_text)).status == 202);
}

TEST_CASE("routes: what may be large counts in the large budget from its head on") {
    gateway_fixture fixture;
    const auto budget_of = [&](const std::string& name, const std::string& value) {
        auto head = fixture.mail_request("mail:s3cret", "");
        head.headers.add(name, value);
        const auto match = fixture.router.find(head.method, head.path);
        head.parameters = match.parameters;
        const auto judged = support::run_task(fixture.events, match.route->on_head(head));
        REQUIRE(judged.has_value());
        CHECK(judged->account == project.text);
        return judged->bodies;
    };
    CHECK(budget_of("Content-Length", "1048576") == nullptr);
    CHECK(budget_of("Content-Length", "1048577") == fixture.large_bodies);
    CHECK(budget_of("Transfer-Encoding", "chunked") == fixture.large_bodies);
    CHECK(budget_of("Content-Encoding", "gzip") == fixture.large_bodies);
}

TEST_CASE("routes: a stranger is refused before anything of 50 megabytes is read") {
    gateway_fixture fixture;
    auto post = fixture.mail_request("mail:wrong", "");
    post.headers.add("Content-Length", "52428800");
    CHECK(fixture.send(std::move(post)).status == 401);
    CHECK(fixture.bodies_read == 0);
}
