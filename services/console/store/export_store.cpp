#include "console/store/export_store.hpp"

#include <string_view>

namespace vf::console {

namespace {

// As the tables have it, less what is ours alone: numbers of rows and which write a trait is from.
// Facts are sums of the events.
// Times stand between < and >, see `kept_statement`.
constexpr std::string_view kept_template =
    "WITH person AS (SELECT sha256(convert_to($1::text || ':' || $2::text, 'UTF8')) AS digest),"
    " whose AS (SELECT u.*, f.first_seen_at, f.last_seen_at FROM users u"
    "           JOIN user_facts f USING (user_id)"
    "           WHERE u.project_id = $1 AND u.external_user_id = $2)"
    " SELECT json_build_object("
    " 'user', (SELECT to_jsonb(w) - 'user_id' - 'stamps' || jsonb_build_object("
    "     'identified_at', <w.identified_at>, 'trial_ends_at', <w.trial_ends_at>,"
    "     'access_ends_at', <w.access_ends_at>, 'first_seen_at', <w.first_seen_at>,"
    "     'last_seen_at', <w.last_seen_at>, 'paused_until', <w.paused_until>) FROM whose w),"
    " 'drafts', (SELECT coalesce(json_agg(json_build_object('id', d.id, 'rule', d.preset,"
    "     'status', d.status, 'message_id', d.message_id, 'created_at', <d.created_at>,"
    "     'actions', (SELECT coalesce(json_agg(json_build_object('action', a.action,"
    "         'actor', a.actor, 'reason', a.reason, 'message_id', a.message_id,"
    "         'sent_at', <a.sent_at>, 'acted_at', <a.acted_at>) ORDER BY a.acted_at), '[]')"
    "      FROM draft_actions a WHERE a.project_id = d.project_id AND a.draft_id = d.id),"
    "     'fire', (SELECT f.explain FROM fires f WHERE f.draft_id = d.id"
    "              AND f.user_id = d.user_id LIMIT 1)) ORDER BY d.created_at, d.id), '[]')"
    "   FROM drafts d WHERE d.project_id = $1 AND d.external_user_id = $2),"
    " 'mail_outcomes', (SELECT coalesce(json_agg(json_build_object('event_id', m.event_id,"
    "     'type', m.type, 'message_id', m.message_id, 'body', nullif(m.body, '')::json,"
    "     'occurred_at', <m.occurred_at>) ORDER BY m.occurred_at, m.event_id), '[]')"
    "   FROM mail_outcomes m JOIN whose w ON w.user_id = m.user_id),"
    " 'webhooks', (SELECT coalesce(json_agg(json_build_object('event_id', e.event_id,"
    "     'type', e.type, 'body', convert_from(e.body, 'UTF8')::json, 'deliveries',"
    "     (SELECT coalesce(json_agg(json_build_object('id', d.id, 'endpoint_id', d.endpoint_id,"
    "         'state', d.state, 'attempts',"
    "         (SELECT coalesce(json_agg(json_build_object('run', a.run, 'attempt', a.attempt,"
    "             'started_at', <a.started_at>, 'outcome', a.outcome, 'status', a.status,"
    "             'response_body_base64', encode(a.response_body, 'base64'))"
    "             ORDER BY a.run, a.attempt), '[]')"
    "          FROM attempts a WHERE a.delivery_id = d.id)) ORDER BY d.id), '[]')"
    "      FROM deliveries d WHERE d.event_id = e.event_id)) ORDER BY e.created_at, e.event_id),"
    "     '[]') FROM webhook_events e, person p WHERE e.person = p.digest),"
    " 'quarantine', (SELECT coalesce(json_agg(json_build_object('id', q.id, 'code', q.code,"
    "     'field', q.field, 'body_base64', encode(q.body, 'base64'), 'received_at',"
    "     <q.received_at>) ORDER BY q.received_at, q.id), '[]')"
    "   FROM quarantine_items q, person p WHERE sha256(q.key) = p.digest))::text AS kept";

// Says times as every answer does: format_milliseconds of base/time_text.hpp.
std::string kept_statement() {
    std::string statement;
    for (const char c : kept_template) {
        if (c == '<') {
            statement += "to_char(";
        } else if (c == '>') {
            statement += " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
        } else {
            statement += c;
        }
    }
    return statement;
}

}  // namespace

std::string read_kept(
    postgres::transaction& tx, const std::string& project, const std::string& external_user_id
) {
    static const std::string statement = kept_statement();
    const auto found = tx.query(statement, postgres::params{}.text(project).text(external_user_id));
    return found.empty() ? std::string{"{}"} : found.front().text("kept");
}

}  // namespace vf::console
