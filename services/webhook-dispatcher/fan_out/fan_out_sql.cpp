#include "webhook-dispatcher/fan_out/fan_out_sql.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "webhook-dispatcher/attempt/delivery_sql.hpp"
#include "webhook-dispatcher/erasures.hpp"
#include "webhook-dispatcher/fan_out/fan_out.hpp"

namespace vf::webhook_dispatcher {

namespace {

// The row of an event says that it was fanned out: a repeat finds it and decides nothing again.
// What is about somebody who was erased since is not sent any more.
constexpr std::string_view insert_events =
    "INSERT INTO webhook_events (event_id, project_id, type, body, created_at, person) "
    "SELECT e.id, e.project_id, e.type, e.body, e.created_at, e.person "
    "FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::timestamptz[], "
    "            $6::bytea[]) AS e(id, project_id, type, body, created_at, person) "
    "WHERE NOT EXISTS (SELECT FROM erasures x "
    "                  LEFT JOIN erasure_progress p "
    "                  ON p.erasure_id = x.id AND p.service = 'normaliser' "
    "                  LEFT JOIN erasure_steps n "
    "                  ON n.erasure_id = x.id AND n.service = 'normaliser' "
    "                  WHERE x.person = e.person "
    "                    AND coalesce(p.begun_at, n.done_at, 'infinity') >= e.created_at) "
    "ON CONFLICT DO NOTHING RETURNING event_id";

constexpr std::string_view read_endpoints =
    "SELECT e.id, e.project_id, listed.type, s.disabled_at IS NULL AS enabled "
    "FROM endpoints e CROSS JOIN LATERAL unnest(e.event_types) AS listed(type) "
    "LEFT JOIN endpoint_states s ON s.endpoint_id = e.id "
    "WHERE e.project_id = ANY($1::text[]) AND e.deleted_at IS NULL "
    "ORDER BY e.project_id, e.id";

constexpr std::string_view insert_deliveries =
    "INSERT INTO deliveries (id, project_id, event_id, endpoint_id, type, state, "
    "                        next_attempt_at, created_at, settled_at) "
    "SELECT d.id, d.project_id, d.event_id, d.endpoint_id, d.type, "
    "       CASE WHEN d.parked THEN 'dead' ELSE 'pending' END, "
    "       CASE WHEN NOT d.parked THEN now() + $7::bigint * interval '1 microsecond' END, "
    "       now(), CASE WHEN d.parked THEN now() END "
    "FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[]) "
    "     AS d(id, project_id, event_id, endpoint_id, type, parked) "
    "ON CONFLICT DO NOTHING";

constexpr std::string_view read_pending =
    "SELECT id, endpoint_id, project_id, next_attempt_at FROM deliveries "
    "WHERE event_id = ANY($1::text[]) AND state = 'pending'";

constexpr std::string_view apply_resends =
    "WITH fresh AS ("
    " INSERT INTO delivery_resends (resend_id, delivery_id, applied_at) "
    " SELECT r.id, r.delivery_id, now() FROM unnest($1::text[], $2::text[]) AS r(id, delivery_id) "
    " JOIN deliveries d ON d.id = r.delivery_id "
    " ON CONFLICT DO NOTHING RETURNING delivery_id) "
    "UPDATE deliveries d SET state = 'pending', attempts = 0, run = d.run + 1, "
    "       next_attempt_at = now(), lease_until = NULL, lease_token = NULL, settled_at = NULL, "
    "       announced_at = NULL "
    "FROM (SELECT DISTINCT delivery_id FROM fresh) f WHERE d.id = f.delivery_id "
    "RETURNING d.id, d.endpoint_id, d.project_id";

std::set<std::string> keep_new(
    postgres::transaction& tx, const std::vector<wire::webhook_event>& events
) {
    std::vector<std::string> ids, projects, types, bodies;
    std::vector<instant> created;
    std::vector<std::optional<std::string>> persons;
    for (const wire::webhook_event& event : events) {
        ids.push_back(event.id.text);
        projects.push_back(event.project.text);
        types.push_back(event.type);
        bodies.push_back(event.body);
        created.push_back(event.created_at);
        persons.push_back(person_of(event));
    }
    postgres::params params;
    params.texts(ids).texts(projects).texts(types).byte_strings(bodies).timestamps(created);
    params.byte_strings(persons);
    std::set<std::string> kept;
    for (const auto& row : tx.query(insert_events, params)) {
        kept.insert(row.text("event_id"));
    }
    return kept;
}

std::vector<domain::endpoint> load_endpoints(
    postgres::transaction& tx, const std::vector<wire::webhook_event>& events
) {
    std::set<std::string> projects;
    for (const wire::webhook_event& event : events) {
        projects.insert(event.project.text);
    }
    const std::vector<std::string> text(projects.begin(), projects.end());
    std::vector<domain::endpoint> endpoints;
    for (const auto& row : tx.query(read_endpoints, postgres::params{}.texts(text))) {
        const domain::endpoint_id id{row.text("id")};
        if (endpoints.empty() || endpoints.back().id != id) {
            domain::endpoint endpoint;
            endpoint.id = id;
            endpoint.project = domain::project_id{row.text("project_id")};
            endpoint.enabled = row.boolean("enabled");
            endpoints.push_back(std::move(endpoint));
        }
        endpoints.back().event_types.push_back(row.text("type"));
    }
    return endpoints;
}

std::size_t write_deliveries(
    postgres::transaction& tx, const std::vector<new_delivery>& deliveries, duration first_delay
) {
    std::vector<std::string> ids, projects, events, endpoints, types;
    std::vector<bool> parked;
    for (const new_delivery& each : deliveries) {
        ids.push_back(each.id.text);
        projects.push_back(each.project.text);
        events.push_back(each.event.text);
        endpoints.push_back(each.endpoint.text);
        types.push_back(each.type);
        parked.push_back(each.parked);
    }
    const auto params = postgres::params{}
                            .texts(ids)
                            .texts(projects)
                            .texts(events)
                            .texts(endpoints)
                            .texts(types)
                            .booleans(parked)
                            .integer(first_delay.count());
    tx.execute(insert_deliveries, params);
    return static_cast<std::size_t>(std::ranges::count(parked, true));
}

}  // namespace

fanned_out fan_out_in(
    postgres::transaction& tx, std::vector<wire::webhook_event> events, duration first_delay
) {
    // One order for everybody, so that two batches with the same events cannot wait for each other.
    std::ranges::sort(events, {}, [](const wire::webhook_event& event) -> const auto& {
        return event.id.text;
    });
    std::vector<std::string> all;
    for (const wire::webhook_event& event : events) {
        all.push_back(event.id.text);
    }
    read_by_key(tx);
    hold_erasures(tx);
    const auto kept = keep_new(tx, events);
    std::erase_if(events, [&kept](const auto& event) { return !kept.contains(event.id.text); });

    fanned_out done;
    if (!events.empty()) {
        const auto endpoints = load_endpoints(tx, events);
        const auto deliveries = fan_out(events, endpoints);
        if (!deliveries.empty()) {
            done.parked = write_deliveries(tx, deliveries, first_delay);
        }
    }
    for (const auto& row : tx.query(read_pending, postgres::params{}.texts(all))) {
        wire::delivery_nudge nudge;
        nudge.delivery = domain::delivery_id{row.text("id")};
        nudge.endpoint = domain::endpoint_id{row.text("endpoint_id")};
        nudge.project = domain::project_id{row.text("project_id")};
        nudge.due_at = row.timestamp("next_attempt_at");
        done.nudges.push_back(std::move(nudge));
    }
    return done;
}

std::vector<lane_item> start_again_in(
    postgres::transaction& tx, const std::vector<resend>& resends
) {
    std::vector<std::string> ids, deliveries;
    for (const resend& each : resends) {
        ids.push_back(each.id);
        deliveries.push_back(each.delivery.text);
    }
    std::vector<lane_item> started;
    const auto params = postgres::params{}.texts(ids).texts(deliveries);
    for (const auto& row : tx.query(apply_resends, params)) {
        started.push_back(
            {domain::delivery_id{row.text("id")}, domain::endpoint_id{row.text("endpoint_id")},
             domain::project_id{row.text("project_id")}, true}
        );
    }
    return started;
}

}  // namespace vf::webhook_dispatcher
