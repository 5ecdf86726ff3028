#include "normaliser/upkeep/expire_waiting.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "normaliser/ingest/normalise.hpp"
#include "vf/base/assert.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/reasons.hpp"
#include "vf/json/writer.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/wire/derived_ids.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/set_aside.hpp"
#include "vf/wire/topics.hpp"

namespace vf::normaliser {

namespace {

constexpr std::size_t events_at_once = 500;

constexpr std::string_view select_expired =
    "SELECT project_id, record_id, external_user_id, name, properties, occurred_at, received_at,"
    "       historical,"
    "       EXISTS (SELECT FROM natural_claims n WHERE n.project_id = e.project_id"
    "               AND n.record_id = e.record_id"
    "               AND n.occurred_on = (e.occurred_at AT TIME ZONE 'UTC')::date) AS natural"
    " FROM events e"
    " WHERE user_id IS NULL AND expired_at IS NULL AND received_at < $1::timestamptz"
    " ORDER BY received_at LIMIT 500";

// Those that attached in the meantime are none of ours.
constexpr std::string_view mark_expired =
    "UPDATE event_rows e SET expired_at = $4::timestamptz"
    " FROM unnest($1::text[], $2::uuid[], $3::timestamptz[])"
    "      AS n (project_id, record_id, received_at)"
    " JOIN project_numbers p ON p.project_id = n.project_id"
    " WHERE e.project = p.number AND e.record_id = n.record_id"
    "   AND e.received_at = n.received_at AND e.user_id IS NULL";

struct expired_event {
    wire::ingest_record record;
    domain::external_user_id user;
};

// As the customer would send it with what we know: the time it was received stands for one that was
// not given.
std::string body_of(const postgres::row& row) {
    json::writer out;
    out.begin_object()
        .member("external_user_id", row.text("external_user_id"))
        .member("name", row.text("name"));
    out.key("properties").raw(row.text("properties"));
    out.member("timestamp", format_instant(row.timestamp("occurred_at"))).end_object();
    return std::move(out).take();
}

expired_event read_expired(const postgres::row& row) {
    const auto id = domain::record_id::from_uuid(row.text("record_id"));
    VF_ASSERT(id.has_value());
    expired_event found;
    found.record.project = domain::project_id{row.text("project_id")};
    found.record.id = *id;
    found.record.kind = wire::ingest_kind::event;
    found.record.body = body_of(row);
    found.record.received_at = row.timestamp("received_at");
    found.record.historical = row.boolean("historical");
    found.record.natural = row.boolean("natural");
    found.user = domain::external_user_id{row.text("external_user_id")};
    return found;
}

wire::record item_of(const expired_event& event, instant now) {
    auto why = reason_of(domain::reason::unknown_user, "nobody of that id was identified");
    why.stage = wire::consumers::ingest.stage;
    why.field = "external_user_id";
    auto original = wire::encode(event.record, event.user, wire::topic::ingest);
    original.timestamp = event.record.received_at;
    auto item = wire::set_aside(original, std::move(why), now);
    item.id = wire::derive_quarantine_id(event.record.project, event.record.id);
    return wire::encode(item);
}

}  // namespace

runtime::task<result<std::size_t>> expire_some(expiry_dependencies deps) {
    const instant now = deps.now.now();
    std::vector<expired_event> found;
    auto look = [&](postgres::transaction& tx) {
        const auto params = postgres::params{}.timestamp(now - deps.longest);
        for (const auto& row : tx.query(select_expired, params)) {
            found.push_back(read_expired(row));
        }
    };
    auto looked = co_await deps.database.transact(look);
    if (!looked) {
        co_return forward(looked);
    }
    if (found.empty()) {
        co_return std::size_t{0};
    }
    std::vector<wire::record> items;
    std::vector<std::string> projects, records;
    std::vector<instant> received;
    for (const auto& event : found) {
        items.push_back(item_of(event, now));
        projects.push_back(event.record.project.text);
        records.push_back(event.record.id.uuid());
        received.push_back(event.record.received_at);
    }
    auto shown = co_await deps.sink.publish(std::move(items));
    if (!shown) {
        co_return forward(shown);
    }
    auto mark = [&](postgres::transaction& tx) {
        postgres::params params;
        params.texts(projects).texts(records).timestamps(received).timestamp(now);
        tx.execute(mark_expired, params);
    };
    auto marked = co_await deps.database.transact(mark);
    if (!marked) {
        co_return forward(marked);
    }
    co_return found.size();
}

runtime::task<> expire_waiting(
    expiry_dependencies deps, vf::duration pause, runtime::signal& stop
) {
    const telemetry::logger log{"expire_waiting"};
    for (;;) {
        const auto expired = co_await expire_some(deps);
        if (!expired) {
            log.warning("not looked for", {{"code", expired.error().code}});
        } else if (*expired > 0) {
            log.info("events waited in vain", {{"count", *expired}});
        }
        const bool more = expired && *expired == events_at_once;
        const auto span = more ? vf::duration{1} : pause;
        const bool stopping = co_await stop.wait_for(span);
        if (stopping) {
            co_return;
        }
    }
}

}  // namespace vf::normaliser
