#include "console/resources/resend.hpp"

#include <vector>

#include "console/api/body.hpp"
#include "console/api/found.hpp"
#include "console/store/audit_store.hpp"
#include "console/store/set_aside_store.hpp"
#include "vf/domain/ids.hpp"
#include "vf/wire/messages.hpp"

namespace vf::console {

namespace {

struct resent {
    std::string id;
    std::string resend_id;
};

void write(json::writer& out, const resent& it) {
    out.begin_object().member("id", it.id).member("resend_id", it.resend_id).end_object();
}

}  // namespace

answered<std::string> parse_reason(std::string text) {
    auto given = body::parse(std::move(text));
    if (!given) {
        return forward(given);
    }
    std::string reason = given->text("reason", 1000);
    if (auto clean = given->finish(); !clean) {
        return forward(clean);
    }
    return reason;
}

runtime::task<answered<http::response>> resend(desk& at, resend_request wanted) {
    const instant now = at.clock.now();
    const std::string id = wanted.delivery.id;
    const std::string resend_id = domain::make_id(domain::prefix::resend, now, at.random);
    json::writer detail;
    detail.begin_object().member("resend_id", resend_id);
    detail.member("state", wanted.delivery.state).end_object();
    const audit_entry entry{
        wanted.actor, "delivery.resend", id, wanted.reason, std::move(detail).take()
    };
    auto note = [&](postgres::transaction& in) { write_audit(in, entry, now); };
    auto noted = co_await at.database.transact(note);
    if (!noted) {
        co_return refused(noted.error());
    }

    wire::delivery_nudge nudge;
    nudge.delivery = domain::delivery_id{id};
    nudge.endpoint = domain::endpoint_id{wanted.delivery.endpoint};
    nudge.due_at = now;
    nudge.resend_id = resend_id;
    std::vector<wire::record> records;
    records.push_back(wire::encode(nudge));
    auto acked = co_await at.sink.publish(std::move(records));
    if (!acked) {
        co_return refused(acked.error());
    }

    auto mark = [&](postgres::transaction& in) {
        mark_resent(in, id, now);
        return std::optional{resent{id, resend_id}};
    };
    auto marked = co_await at.database.transact(mark);
    co_return reply_one(marked, 202);
}

}  // namespace vf::console
