#include "console/resources/resend.hpp"

#include <vector>

#include "console/api/body_reader.hpp"
#include "console/api/found.hpp"
#include "console/store/audit_store.hpp"
#include "console/store/set_aside_store.hpp"
#include "vf/domain/ids.hpp"
#include "vf/json/writer.hpp"
#include "vf/wire/messages.hpp"

namespace vf::console {

namespace {

struct resent {
    std::string id;
    std::string resend_id;
};

void write(json::writer& out, const resent& resent) {
    out.begin_object().member("id", resent.id).member("resend_id", resent.resend_id).end_object();
}

}  // namespace

api_result<std::string> parse_reason(std::string text) {
    auto body = body_reader::parse(std::move(text));
    if (!body) {
        return forward(body);
    }
    std::string reason = body->text("reason", 1000);
    if (auto valid = body->finish(); !valid) {
        return forward(valid);
    }
    return reason;
}

api_answer resend(api_context& context, resend_request request) {
    const instant now = context.clock.now();
    const std::string id = request.delivery.id;
    const std::string resend_id = domain::make_id(domain::prefix::resend, now, context.random);
    json::writer detail;
    detail.begin_object().member("resend_id", resend_id);
    detail.member("state", request.delivery.state).end_object();
    const audit_entry entry{
        request.actor, "delivery.resend", id, request.reason, std::move(detail).take()
    };
    auto note = [&](postgres::transaction& tx) { write_audit(tx, entry, now); };
    auto noted = co_await context.database.transact(note);
    if (!noted) {
        co_return refused(noted.error());
    }

    wire::delivery_nudge nudge;
    nudge.delivery = domain::delivery_id{id};
    nudge.endpoint = domain::endpoint_id{request.delivery.endpoint};
    nudge.due_at = now;
    nudge.resend_id = resend_id;
    std::vector<wire::record> records;
    records.push_back(wire::encode(nudge));
    auto acked = co_await context.sink.publish(std::move(records));
    if (!acked) {
        co_return refused(acked.error());
    }

    auto mark = [&](postgres::transaction& tx) {
        mark_resent(tx, id, now);
        return std::optional{resent{id, resend_id}};
    };
    auto marked = co_await context.database.transact(mark);
    co_return reply_one(marked, 202);
}

}  // namespace vf::console
