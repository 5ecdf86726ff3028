#include "ingest-gateway/api/replies.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

struct reply_row {
    reply_code code;
    unsigned status;
    std::string text;
};

}  // namespace

TEST_CASE("replies: what was accepted has the documented body and no more") {
    const auto answer = reply(acceptance{1, {}}, success_kind::accepted);
    CHECK(answer.status == 202);
    CHECK(answer.body == R"({"data":{"accepted":true}})");
    REQUIRE(answer.headers.all.size() == 1);
    CHECK(*answer.headers.find("content-type") == "application/json");
}

TEST_CASE("replies: every code has its status and its envelope") {
    const auto row = GENERATE(values<reply_row>({
        {reply_code::bad_request, 400, "bad_request"},
        {reply_code::auth_required, 401, "auth_required"},
        {reply_code::idempotency_key_reuse, 422, "idempotency_key_reuse"},
        {reply_code::rate_limited, 429, "rate_limited"},
        {reply_code::backfill_queue_full, 429, "backfill_queue_full"},
        {reply_code::payload_too_large, 413, "payload_too_large"},
        {reply_code::validation_failed, 422, "validation_failed"},
        {reply_code::unavailable, 503, "unavailable"},
        {reply_code::server_error, 500, "server_error"},
    }));
    const auto answer =
        reply(std::unexpected(refuse(row.code, "why", "f")), success_kind::accepted);
    CHECK(answer.status == row.status);
    CHECK(
        answer.body == R"({"errors":[{"code":")" + row.text + R"(","message":"why","field":"f"}]})"
    );
    const bool again = row.status == 503 || row.status == 429;
    CHECK((answer.headers.find("Retry-After") != nullptr) == again);
    CHECK((answer.headers.find("WWW-Authenticate") != nullptr) == (row.status == 401));
    CHECK(answer.headers.find("Access-Control-Allow-Origin") == nullptr);
}

TEST_CASE("replies: a field that is empty is left out, and every fault has its entry") {
    refusal why = refuse(reply_code::validation_failed, "one");
    why.faults.push_back({"b", "two \"quoted\""});
    CHECK(
        reply(std::unexpected(why), success_kind::accepted).body ==
        R"({"errors":[{"code":"validation_failed","message":"one"},)"
        R"({"code":"validation_failed","message":"two \"quoted\"","field":"b"}]})"
    );
}

TEST_CASE("replies: faults the server finds itself share the envelope") {
    CHECK(
        fault_body(404, "not_found", "no such path") ==
        R"({"errors":[{"code":"not_found","message":"no such path"}]})"
    );
    CHECK(
        fault_body(503, "overloaded", "too many connections") ==
        R"({"errors":[{"code":"unavailable","message":"too many connections"}]})"
    );
}

TEST_CASE("replies: a bulk answer counts what was taken and names what was not") {
    acceptance acceptance{2, {}};
    acceptance.rejected.push_back({1, {"email", "Invalid email"}});
    acceptance.rejected.push_back({3, {"", "must be an object"}});
    const auto answer = reply(acceptance, success_kind::bulk);
    CHECK(answer.status == 200);
    CHECK(
        answer.body ==
        R"({"data":{"accepted":2,"rejected":2,"errors":[)"
        R"({"index":1,"code":"validation","message":"Invalid email","field":"email"},)"
        R"({"index":3,"code":"validation","message":"must be an object"}]},)"
        R"("meta":{"received":4}})"
    );
}

TEST_CASE("replies: a project without a limit gets no rate headers") {
    http::response answer;
    add_rate_headers(answer, {});
    CHECK(answer.headers.all.empty());
    add_rate_headers(answer, {false, 5, 0, 1});
    CHECK(*answer.headers.find("RateLimit-Limit") == "5");
    CHECK(*answer.headers.find("RateLimit-Remaining") == "0");
    CHECK(*answer.headers.find("RateLimit-Reset") == "1");
}
