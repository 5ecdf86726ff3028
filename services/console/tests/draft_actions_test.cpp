#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "console/resources/draft_actions.hpp"

using namespace vf::console;

namespace {

constexpr auto noon = vf::from_microseconds(1'732'104'000'000'000);  // 2024-11-20T12:00:00Z

draft_state state_of(const std::string& status, const std::string& user_status = "active") {
    draft_state state;
    state.draft.id = "drf_1";
    state.draft.status = status;
    state.user_status = user_status;
    return state;
}

draft_state sent_as(const std::string& message_id) {
    auto state = state_of("sent");
    state.draft.message_id = message_id;
    return state;
}

draft_request request_of(draft_action action) {
    draft_request request;
    request.action = action;
    request.message_id = "m-1";
    return request;
}

// "record", "repeat", or why not.
std::string decided(const draft_state& state, draft_action action) {
    const auto decision = decide_action(state, request_of(action));
    if (!decision) {
        CHECK(decision.error().status == 409);
        CHECK(decision.error().code == "conflict");
        return decision.error().message;
    }
    return *decision ? "record" : "repeat";
}

const std::vector<std::string> excluded{"unsubscribed", "suppressed", "paused", "no_email"};

}  // namespace

TEST_CASE("draft actions: what is open is approved once, while its user is written to") {
    CHECK(decided(state_of("pending_review"), draft_action::approve) == "record");
    CHECK(decided(state_of("scheduled"), draft_action::approve) == "repeat");
    for (const std::string status : {"cancelled", "sent", "sending", "failed", "suppressed"}) {
        CHECK(
            decided(state_of(status), draft_action::approve) ==
            "the draft cannot be approved: " + status
        );
    }
    for (const auto& status : excluded) {
        const std::string why = "the user is not written to: " + status;
        CHECK(decided(state_of("pending_review", status), draft_action::approve) == why);
        CHECK(decided(state_of("scheduled", status), draft_action::approve) == why);
    }
    auto state = state_of("pending_review");
    state.user_status.reset();
    CHECK(decided(state, draft_action::approve) == "the user of the draft is gone");
}

TEST_CASE("draft actions: what has not been sent is cancelled once, whoever it is for") {
    for (const std::string status : {"pending_review", "scheduled"}) {
        CHECK(decided(state_of(status), draft_action::cancel) == "record");
        CHECK(decided(state_of(status, "unsubscribed"), draft_action::cancel) == "record");
    }
    CHECK(decided(state_of("cancelled"), draft_action::cancel) == "repeat");
    for (const std::string status : {"sent", "sending", "failed", "suppressed"}) {
        CHECK(
            decided(state_of(status), draft_action::cancel) ==
            "the draft cannot be cancelled: " + status
        );
    }
}

TEST_CASE("draft actions: sent is sent as one message, which no other draft was sent as") {
    for (const std::string status : {"pending_review", "scheduled", "sending", "cancelled"}) {
        CHECK(decided(state_of(status), draft_action::sent) == "record");
    }
    CHECK(decided(state_of("sent"), draft_action::sent) == "record");
    CHECK(decided(sent_as("m-1"), draft_action::sent) == "repeat");
    CHECK(
        decided(sent_as("m-2"), draft_action::sent) == "the draft was sent with another message id"
    );
    // Its user may have said no since: that it was sent stays true.
    auto repeated = sent_as("m-1");
    repeated.user_status = "unsubscribed";
    CHECK(decided(repeated, draft_action::sent) == "repeat");
    for (const auto& status : excluded) {
        CHECK(
            decided(state_of("scheduled", status), draft_action::sent) ==
            "the user is not written to: " + status
        );
    }
    auto state = state_of("scheduled");
    state.sent_as_well = "drf_2";
    CHECK(decided(state, draft_action::sent) == "drf_2 was sent with this message id");
    CHECK(decide_action(state, request_of(draft_action::sent)).error().field == "message_id");
}

TEST_CASE("draft actions: a reason to cancel, a message id of what was sent") {
    const auto parse = [](draft_action action, const std::string& text) {
        return parse_draft_request(action, text, noon);
    };
    CHECK(parse(draft_action::approve, ""));
    CHECK(parse(draft_action::approve, "{}"));
    CHECK(parse(draft_action::approve, R"({"reason":"fine"})")->reason == "fine");
    CHECK(parse(draft_action::approve, R"({"message_id":"m"})").error().field == "message_id");
    CHECK(parse(draft_action::cancel, "").error().status == 400);
    CHECK(parse(draft_action::cancel, "{}").error().field == "reason");
    CHECK(parse(draft_action::cancel, R"({"reason":"wrong"})")->reason == "wrong");
    CHECK(parse(draft_action::sent, "{}").error().field == "message_id");
    CHECK(parse(draft_action::sent, R"({"message_id":""})").error().field == "message_id");
    const std::string most(255, 'm');
    CHECK(parse(draft_action::sent, R"({"message_id":")" + most + R"("})")->message_id == most);
    CHECK(
        parse(draft_action::sent, R"({"message_id":"m)" + most + R"("})").error().field ==
        "message_id"
    );
}

TEST_CASE("draft actions: sent is now, or when it says, a day ahead at most") {
    const auto sent_at = [](const std::string& text) {
        return parse_draft_request(
            draft_action::sent, R"({"message_id":"m","sent_at":)" + text + "}", noon
        );
    };
    CHECK(parse_draft_request(draft_action::sent, R"({"message_id":"m"})", noon)->sent_at == noon);
    CHECK(sent_at("null")->sent_at == noon);
    CHECK(sent_at(R"("2024-11-20T11:00:00Z")")->sent_at == noon - std::chrono::hours{1});
    CHECK(sent_at(R"("2024-11-21T12:00:00Z")")->sent_at == noon + std::chrono::hours{24});
    for (const std::string text :
         {R"("2024-11-21T12:00:00.000001Z")", R"("2024-11-20T12:00:00")", R"("x")", "7"}) {
        CAPTURE(text);
        CHECK(sent_at(text).error().field == "sent_at");
    }
}
