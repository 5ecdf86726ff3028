#include "console/store/set_aside_store.hpp"

#include <string_view>

#include <fmt/format.h>

#include "console/store/page_query.hpp"
#include "vf/base/assert.hpp"
#include "vf/base/text.hpp"
#include "vf/domain/ids.hpp"
#include "vf/json/parse.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

namespace {

// An event that waited in vain is in its table still: whether its user has come is read there.
constexpr std::string_view items =
    " FROM quarantine_items LEFT JOIN LATERAL (SELECT e.attached_at FROM events e"
    " WHERE code = 'unknown_user' AND e.project_id = quarantine_items.project_id"
    " AND e.record_id = quarantine_items.record_id AND e.user_id IS NOT NULL LIMIT 1)"
    " AS event ON true WHERE ";

constexpr std::string_view open_item = "replayed_at IS NULL AND attached_at IS NULL";

// A mail may be fifty megabytes, and a page has many items: of each the begin of its body.
constexpr std::string_view begin_of_item = "''::bytea AS value, substring(body FOR 65536) AS body";
constexpr std::string_view whole_item = "value, body";

std::string select_quarantined(std::string_view bytes, std::string_view condition) {
    return "SELECT id, quarantine_items.project_id, event_id, stage, code, field, detail, topic,"
           " partition, \"offset\", key, headers::text AS headers, " +
           std::string{bytes} +
           ", received_at, set_aside_at, replayed_at, replays, fingerprint, attached_at" +
           std::string{items} + std::string{condition};
}

std::string select_groups() {
    return "SELECT * FROM (SELECT fingerprint, stage, code,"
           " (array_agg(field ORDER BY set_aside_at DESC))[1] AS newest_field,"
           " (array_agg(detail ORDER BY set_aside_at DESC))[1] AS newest_detail,"
           " count(*) AS items, count(*) FILTER (WHERE " +
           std::string{open_item} +
           ") AS open_items, count(DISTINCT quarantine_items.project_id) AS projects,"
           " min(set_aside_at) AS first_at, max(set_aside_at) AS last_at,"
           " array_to_json(percentile_disc(ARRAY[0, 0.25, 0.5, 0.75, 1]) WITHIN GROUP (ORDER BY"
           " to_char(set_aside_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || id)) AS samples" +
           std::string{items} +
           "($1::text IS NULL OR quarantine_items.project_id = $1)"
           " AND ($2::text IS NULL OR code = $2) AND ($3::text IS NULL OR stage = $3)"
           " GROUP BY fingerprint, stage, code) AS g WHERE true";
}

// [[name, base64 of value], …]
std::string headers_json(const std::vector<wire::header>& headers) {
    json::writer out;
    out.begin_array();
    for (const auto& header : headers) {
        // A name is text by convention only; one that is not is carried like a value.
        out.begin_array();
        out.string(is_utf8(header.name) ? header.name : to_base64(header.name));
        out.string(to_base64(header.value)).end_array();
    }
    out.end_array();
    return std::move(out).take();
}

std::vector<wire::header> headers_of(const std::string& text) {
    std::vector<wire::header> headers;
    const auto parsed = json::parse(text);
    if (!parsed) {
        return headers;
    }
    for (const auto& pair : parsed->root().items()) {
        if (const auto both = pair.items(); both.size() == 2) {
            headers.push_back({std::string{both[0].text}, from_base64(both[1].text).value_or("")});
        }
    }
    return headers;
}

quarantine_row read_quarantined(const postgres::row& row) {
    quarantine_row item;
    item.id = row.text("id");
    item.project = row.optional_text("project_id");
    item.event = row.optional_text("event_id");
    item.fingerprint = row.text("fingerprint");
    item.stage = row.text("stage");
    item.code = row.text("code");
    item.field = row.text("field");
    item.detail = row.text("detail");
    item.body = row.bytes("body");
    item.received_at = row.timestamp("received_at");
    item.set_aside_at = row.timestamp("set_aside_at");
    item.replayed_at = row.optional_timestamp("replayed_at");
    item.replays = row.integer("replays");
    item.attached_at = row.optional_timestamp("attached_at");
    item.original.topic = row.text("topic");
    item.original.partition = static_cast<std::int32_t>(row.integer("partition"));
    item.original.offset = row.integer("offset");
    item.original.key = row.optional_bytes("key");
    item.original.value = row.bytes("value");
    item.original.headers = headers_of(row.text("headers"));
    item.original.timestamp = item.received_at;
    return item;
}

// ["20261120120000000000qtn_…",…]: the time in front is for the order.
std::vector<std::string> read_samples(const std::string& array) {
    constexpr std::size_t time_characters = 20;
    std::vector<std::string> values;
    const auto parsed = json::parse(array);
    VF_ASSERT(parsed.has_value());
    for (const auto& sample : parsed->root().items()) {
        const auto id = sample.text.substr(time_characters);
        if (values.empty() || values.back() != id) {
            values.emplace_back(id);
        }
    }
    return values;
}

quarantine_group read_group(const postgres::row& row) {
    return {
        .fingerprint = row.text("fingerprint"),
        .stage = row.text("stage"),
        .code = row.text("code"),
        .field = row.text("newest_field"),
        .detail = row.text("newest_detail"),
        .count = row.integer("items"),
        .open = row.integer("open_items"),
        .projects = row.integer("projects"),
        .first_at = row.timestamp("first_at"),
        .last_at = row.timestamp("last_at"),
        .samples = read_samples(row.text("samples")),
    };
}

std::optional<std::string> record_of(const quarantine_row& row) {
    const auto record = row.event ? domain::record_of(domain::event_id{*row.event}) : std::nullopt;
    return record ? std::optional{record->uuid()} : std::nullopt;
}

constexpr std::string_view was_delivered =
    "EXISTS (SELECT FROM deliveries d WHERE d.id = l.delivery_id AND d.state = 'delivered')";

std::string select_dead_letters(std::string_view condition) {
    return fmt::format(
        "SELECT l.id, l.project_id, l.delivery_id, l.event_id, l.endpoint_id, l.cause, l.detail,"
        " l.attempts, l.died_at, l.resent_at, l.resent_at IS NOT NULL AND {} AS delivered"
        " FROM dead_letters l WHERE {}",
        was_delivered, condition
    );
}

dead_letter_row read_dead_letter(const postgres::row& row) {
    return {
        .id = row.text("id"),
        .project = row.text("project_id"),
        .delivery = row.text("delivery_id"),
        .event = row.text("event_id"),
        .endpoint = row.text("endpoint_id"),
        .cause = row.text("cause"),
        .detail = row.text("detail"),
        .attempts = row.integer("attempts"),
        .died_at = row.timestamp("died_at"),
        .resent_at = row.optional_timestamp("resent_at"),
        .delivered = row.boolean("delivered"),
    };
}

}  // namespace

std::string_view quarantine_row::state() const {
    if (attached_at) {
        return "attached";
    }
    return replayed_at ? "replayed" : "open";
}

std::string_view dead_letter_row::state() const {
    if (!resent_at) {
        return "open";
    }
    return delivered ? "delivered" : "resent";
}

void insert_quarantined(postgres::transaction& tx, const quarantine_row& row) {
    postgres::params params;
    params.text(row.id).text(row.project).text(row.event).text(row.stage).text(row.code);
    params.text(row.field).text(row.detail).text(row.original.topic);
    params.integer(row.original.partition).integer(row.original.offset);
    params.bytes(row.original.key).bytes(row.original.value);
    params.text(headers_json(row.original.headers)).bytes(row.body);
    params.timestamp(row.received_at).timestamp(row.set_aside_at);
    params.text(row.fingerprint).text(record_of(row));
    tx.execute(
        "INSERT INTO quarantine_items (id, project_id, event_id, stage, code, field, detail,"
        " topic, partition, \"offset\", key, value, headers, body, received_at, set_aside_at,"
        " fingerprint, record_id)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::jsonb, $14, $15, $16,"
        " $17, $18::uuid)"
        " ON CONFLICT (id) DO NOTHING",
        params
    );
}

page<quarantine_row> list_quarantined(
    postgres::transaction& tx, const quarantine_filter& filter, const page_request& paging
) {
    static const std::string select = select_quarantined(begin_of_item, "true");
    page_query found{select, {}, 0};
    found.equals("quarantine_items.project_id", filter.project).equals("code", filter.code);
    found.equals("fingerprint", filter.fingerprint);
    if (filter.state == "open") {
        found.only(open_item);
    } else {
        found.only(
            filter.state == "attached" ? "attached_at IS NOT NULL"
                                       : "replayed_at IS NOT NULL AND attached_at IS NULL"
        );
    }
    return found.newest_first(tx, {"set_aside_at", "id"}, paging, read_quarantined);
}

page<quarantine_group> group_quarantined(
    postgres::transaction& tx, const group_filter& filter, const page_request& paging
) {
    static const std::string select = select_groups();
    postgres::params params;
    params.text(filter.project).text(filter.code).text(filter.stage);
    page_query groups{select, std::move(params), 3};
    return groups.newest_first(tx, {"last_at", "fingerprint"}, paging, read_group);
}

std::optional<quarantine_row> find_quarantined(postgres::transaction& tx, const std::string& id) {
    static const std::string statement = select_quarantined(whole_item, "id = $1");
    return read_first(tx.query(statement, postgres::params{}.text(id)), read_quarantined);
}

std::vector<quarantine_row> quarantined_of_event(
    postgres::transaction& tx, const std::string& event
) {
    static const std::string statement =
        select_quarantined(begin_of_item, "event_id = $1 ORDER BY set_aside_at, id");
    return read_all(tx.query(statement, postgres::params{}.text(event)), read_quarantined);
}

void mark_replayed(postgres::transaction& tx, const std::string& id, instant now) {
    postgres::params params;
    params.text(id).timestamp(now);
    tx.execute(
        "UPDATE quarantine_items SET replayed_at = $2, replays = replays + 1 WHERE id = $1", params
    );
}

void insert_dead_letter(postgres::transaction& tx, const dead_letter_row& row) {
    postgres::params params;
    params.text(row.id).text(row.project).text(row.delivery).text(row.event).text(row.endpoint);
    params.text(row.cause).text(row.detail).integer(row.attempts).timestamp(row.died_at);
    tx.execute(
        "INSERT INTO dead_letters (id, project_id, delivery_id, event_id, endpoint_id, cause,"
        " detail, attempts, died_at, person) VALUES ($1, $2, $3, $4::text, $5, $6, $7, $8, $9,"
        " (SELECT person FROM webhook_events WHERE event_id = $4::text))"
        " ON CONFLICT (id) DO NOTHING",
        params
    );
}

page<dead_letter_row> list_dead_letters(
    postgres::transaction& tx, const dead_letter_filter& filter, const page_request& paging
) {
    static const std::string select = select_dead_letters("true");
    static const std::string resent =
        fmt::format("l.resent_at IS NOT NULL AND NOT {}", was_delivered);
    static const std::string delivered =
        fmt::format("l.resent_at IS NOT NULL AND {}", was_delivered);
    page_query letters{select, {}, 0};
    letters.equals("l.project_id", filter.project).equals("l.endpoint_id", filter.endpoint);
    if (filter.state == "open") {
        letters.only("l.resent_at IS NULL");
    } else {
        letters.only(filter.state == "resent" ? resent : delivered);
    }
    return letters.newest_first(tx, {"l.died_at", "l.id"}, paging, read_dead_letter);
}

std::optional<dead_letter_row> find_dead_letter(postgres::transaction& tx, const std::string& id) {
    static const std::string statement = select_dead_letters("l.id = $1");
    return read_first(tx.query(statement, postgres::params{}.text(id)), read_dead_letter);
}

void mark_resent(postgres::transaction& tx, const std::string& delivery, instant now) {
    postgres::params params;
    params.text(delivery).timestamp(now);
    tx.execute("UPDATE dead_letters SET resent_at = $2 WHERE delivery_id = $1", params);
}

}  // namespace vf::console
