#include "console/resources/user_mail.hpp"

#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "console/api/body_reader.hpp"
#include "console/api/write_json.hpp"
#include "console/store/activity_store.hpp"
#include "console/store/audit_store.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/ids.hpp"
#include "vf/json/writer.hpp"
#include "vf/wire/messages.hpp"

namespace vf::console {

namespace {

constexpr std::string_view prefix = "req_";

struct requested {
    std::string id;
};

void write(json::writer& out, const requested& requested) {
    out.begin_object().member("request_id", requested.id).end_object();
}

// The customer's id of a user may be an address, and the audit is for good: it has the number that
// nobody but the house knows, and that is gone with the user.
audit_entry audit_of(
    const api_request& request, const user_mail_request& wish, const std::string& request_id,
    std::int64_t user_id
) {
    json::writer detail;
    detail.begin_object().member("project_id", request.parameter("p"));
    detail.member("user_id", std::to_string(user_id));
    if (wish.until) {
        write_time(detail, "until", wish.until);
    }
    detail.end_object();
    return {
        request.caller.name, fmt::format("user.{}", wish.action), request_id, wish.reason,
        std::move(detail).take()
    };
}

// Audited before it is published: whoever gets no answer, or 503, may ask again, and nothing has
// happened that is on no record. A second record of the same wish changes nothing.
api_answer change(api_context& context, api_request request, std::string_view action) {
    const std::string& project = request.parameter("p");
    const std::string& user = request.parameter("external_id");
    const instant now = context.clock.now();
    const auto wish = parse_user_mail(action, std::move(request.http.body), now);
    const std::string id = domain::make_id(prefix, now, context.random);
    auto note = [&](postgres::transaction& tx) -> api_result<void> {
        const auto user_id = find_user_id(tx, project, user);
        if (!user_id) {
            return not_found();
        }
        if (!wish) {
            return std::unexpected(wish.error());
        }
        write_audit(tx, audit_of(request, *wish, id, *user_id), now);
        return {};
    };
    auto noted = co_await context.database.transact(note);
    if (!noted) {
        co_return refused(noted.error());
    }
    if (!*noted) {
        co_return forward(*noted);
    }

    wire::mail_event message;
    message.project = domain::project_id{project};
    message.source = wire::mail_source::console;
    message.body = user_mail_body(*wish, user, request.caller.name, id);
    message.received_at = now;
    std::vector<wire::record> records;
    records.push_back(wire::encode(message, user));
    auto acked = co_await context.sink.publish(std::move(records));
    if (!acked) {
        co_return refused(acked.error());
    }
    co_return reply(202, object_json(requested{id}));
}

api_answer post_unsubscribe(api_context& context, api_request request) {
    return change(context, std::move(request), "unsubscribe");
}

api_answer post_pause(api_context& context, api_request request) {
    return change(context, std::move(request), "pause");
}

api_answer post_resume(api_context& context, api_request request) {
    return change(context, std::move(request), "resume");
}

api_answer post_resubscribe(api_context& context, api_request request) {
    return change(context, std::move(request), "resubscribe");
}

constexpr std::array routes{
    route{
        "POST", "/v1/projects/{p}/users/{external_id}/unsubscribe", role::operate, post_unsubscribe
    },
    route{"POST", "/v1/projects/{p}/users/{external_id}/pause", role::operate, post_pause},
    route{"POST", "/v1/projects/{p}/users/{external_id}/resume", role::operate, post_resume},
    route{
        "POST", "/v1/projects/{p}/users/{external_id}/resubscribe", role::operate, post_resubscribe
    },
};

std::optional<instant> read_until(body_reader& body, instant now) {
    const auto text = body.optional_text("until");
    if (!text) {
        return std::nullopt;
    }
    const auto until = parse_instant(*text);
    if (!until) {
        body.fault("until", "must be ISO 8601 with a zone");
        return std::nullopt;
    }
    if (*until <= now) {
        body.fault("until", "must be in the future");
    }
    return *until;
}

}  // namespace

api_result<user_mail_request> parse_user_mail(
    std::string_view action, std::string text, instant now
) {
    auto body = body_reader::parse(std::move(text));
    if (!body) {
        return forward(body);
    }
    user_mail_request request;
    request.action = action;
    request.reason = body->text("reason", 1000);
    if (action == "pause") {
        request.until = read_until(*body, now);
    }
    if (auto valid = body->finish(); !valid) {
        return forward(valid);
    }
    return request;
}

std::string user_mail_body(
    const user_mail_request& request, std::string_view external_user_id, std::string_view actor,
    std::string_view request_id
) {
    json::writer out;
    out.begin_object().member("action", request.action);
    out.member("external_user_id", external_user_id);
    if (request.until) {
        out.member("until", format_instant(*request.until));
    }
    out.member("actor", actor).member("reason", request.reason);
    out.member("request_id", request_id).end_object();
    return std::move(out).take();
}

std::span<const route> user_mail_routes() {
    return routes;
}

}  // namespace vf::console
