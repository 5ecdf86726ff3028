#include "console/resources/draft_actions.hpp"

#include <array>

#include <fmt/format.h>

#include "console/api/body_reader.hpp"
#include "console/api/found.hpp"
#include "console/api/write_json.hpp"
#include "console/resources/drafts.hpp"
#include "console/store/audit_store.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/limits.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

namespace {

std::string_view name_of(draft_action action) {
    switch (action) {
        case draft_action::approve:
            return "approve";
        case draft_action::cancel:
            return "cancel";
        case draft_action::sent:
            break;
    }
    return "sent";
}

std::unexpected<refusal> conflict(std::string message, std::string field = {}) {
    return std::unexpected(refusal{409, "conflict", std::move(message), std::move(field)});
}

// Nothing while the user may be written to.
std::optional<std::string> why_excluded(const draft_state& state) {
    if (!state.user_status) {
        return "the user of the draft is gone";
    }
    if (*state.user_status != "active") {
        return fmt::format("the user is not written to: {}", *state.user_status);
    }
    return std::nullopt;
}

bool is_closed(const std::string& status) {
    return status == "sent" || status == "sending" || status == "cancelled" || status == "failed" ||
           status == "suppressed";
}

api_result<bool> decide_approval(const draft_state& state) {
    const std::string& status = state.draft.status;
    if (is_closed(status)) {
        return conflict(fmt::format("the draft cannot be approved: {}", status));
    }
    if (auto why = why_excluded(state)) {
        return conflict(std::move(*why));
    }
    return status != "scheduled";
}

api_result<bool> decide_cancellation(const draft_state& state) {
    const std::string& status = state.draft.status;
    if (status == "cancelled") {
        return false;
    }
    if (is_closed(status)) {
        return conflict(fmt::format("the draft cannot be cancelled: {}", status));
    }
    return true;
}

api_result<bool> decide_sent(const draft_state& state, const std::string& message_id) {
    const auto& known_id = state.draft.message_id;
    if (state.draft.status == "sent" && known_id) {
        if (*known_id != message_id) {
            return conflict("the draft was sent with another message id", "message_id");
        }
        return false;
    }
    if (state.sent_as_well) {
        return conflict(
            fmt::format("{} was sent with this message id", *state.sent_as_well), "message_id"
        );
    }
    if (auto why = why_excluded(state)) {
        return conflict(std::move(*why));
    }
    return true;
}

instant read_sent_at(body_reader& body, instant now) {
    const auto text = body.optional_text("sent_at");
    if (!text) {
        return now;
    }
    const auto timestamp = parse_instant(*text);
    if (!timestamp) {
        body.fault("sent_at", "must be ISO 8601 with a zone");
        return now;
    }
    if (*timestamp > now + domain::limits::timestamp_ahead) {
        body.fault("sent_at", "must not be more than 24 hours ahead");
    }
    return *timestamp;
}

audit_entry audit_of(const principal& who, const draft_row& draft, const draft_request& request) {
    json::writer detail;
    detail.begin_object().member("project_id", draft.project);
    if (request.action == draft_action::sent) {
        detail.member("message_id", request.message_id);
        write_time(detail, "sent_at", request.sent_at);
    }
    detail.end_object();
    return {
        who.name, fmt::format("draft.{}", name_of(request.action)), draft.id, request.reason,
        std::move(detail).take()
    };
}

draft_action_row row_of(const principal& who, const draft_request& request, instant now) {
    draft_action_row row{
        std::string{name_of(request.action)}, who.name, request.reason, now, {}, {}
    };
    if (request.action == draft_action::sent) {
        row.message_id = request.message_id;
        row.sent_at = request.sent_at;
    }
    return row;
}

// The draft as it then is, 404, or why not.
api_result<draft_detail> act_in(
    postgres::transaction& tx, const api_request& request, const api_result<draft_request>& wish,
    instant now
) {
    const std::string& project = request.parameter("p");
    const std::string& id = request.parameter("id");
    const auto message_id =
        wish && wish->action == draft_action::sent ? std::optional{wish->message_id} : std::nullopt;
    const auto state = lock_draft(tx, project, id, message_id);
    if (!state) {
        return not_found();
    }
    if (!wish) {
        return std::unexpected(wish.error());
    }
    auto decided = decide_action(*state, *wish);
    if (!decided) {
        return forward(decided);
    }
    if (*decided) {
        insert_action(tx, state->draft, row_of(request.caller, *wish, now));
        write_audit(tx, audit_of(request.caller, state->draft, *wish), now);
    }
    auto after = find_detail(tx, project, id);
    return after ? api_result<draft_detail>{std::move(*after)} : not_found();
}

api_answer act(api_context& context, api_request request, draft_action action) {
    const instant now = context.clock.now();
    const auto wish = parse_draft_request(action, std::move(request.http.body), now);
    auto work = [&](postgres::transaction& tx) { return act_in(tx, request, wish, now); };
    auto acted = co_await context.database.transact(work);
    if (!acted) {
        co_return refused(acted.error());
    }
    if (!*acted) {
        co_return forward(*acted);
    }
    co_return reply(200, object_json(**acted));
}

api_answer post_approve(api_context& context, api_request request) {
    return act(context, std::move(request), draft_action::approve);
}

api_answer post_cancel(api_context& context, api_request request) {
    return act(context, std::move(request), draft_action::cancel);
}

api_answer post_sent(api_context& context, api_request request) {
    return act(context, std::move(request), draft_action::sent);
}

constexpr std::array routes{
    route{"POST", "/v1/projects/{p}/drafts/{id}/approve", role::operate, post_approve},
    route{"POST", "/v1/projects/{p}/drafts/{id}/cancel", role::operate, post_cancel},
    route{"POST", "/v1/projects/{p}/drafts/{id}/sent", role::operate, post_sent},
};

}  // namespace

api_result<draft_request> parse_draft_request(draft_action action, std::string text, instant now) {
    draft_request request;
    request.action = action;
    request.sent_at = now;
    if (action == draft_action::approve && text.empty()) {
        return request;
    }
    auto body = body_reader::parse(std::move(text));
    if (!body) {
        return forward(body);
    }
    if (action == draft_action::cancel) {
        request.reason = body->text("reason", 1000);
    } else {
        request.reason = body->optional_text("reason", 1000);
    }
    if (action == draft_action::sent) {
        request.message_id = body->text("message_id");
        request.sent_at = read_sent_at(*body, now);
    }
    if (auto valid = body->finish(); !valid) {
        return forward(valid);
    }
    return request;
}

api_result<bool> decide_action(const draft_state& state, const draft_request& request) {
    switch (request.action) {
        case draft_action::approve:
            return decide_approval(state);
        case draft_action::cancel:
            return decide_cancellation(state);
        case draft_action::sent:
            break;
    }
    return decide_sent(state, request.message_id);
}

std::span<const route> draft_action_routes() {
    return routes;
}

}  // namespace vf::console
