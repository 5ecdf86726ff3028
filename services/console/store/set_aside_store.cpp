#include "console/store/set_aside_store.hpp"

#include "console/api/listing.hpp"
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

std::string select_quarantined(std::string_view condition) {
    return "SELECT id, quarantine_items.project_id, event_id, stage, code, field, detail, topic,"
           " partition, \"offset\", key, value, headers::text, body, received_at, set_aside_at,"
           " replayed_at, replays, fingerprint, attached_at" +
           std::string{items} + std::string{condition};
}

std::string select_groups() {
    return "SELECT * FROM (SELECT fingerprint, stage, code,"
           " (array_agg(field ORDER BY set_aside_at DESC))[1],"
           " (array_agg(detail ORDER BY set_aside_at DESC))[1], count(*), count(*) FILTER (WHERE " +
           std::string{open_item} +
           "), count(DISTINCT quarantine_items.project_id), min(set_aside_at),"
           " max(set_aside_at) AS last_at,"
           " array_to_json(percentile_disc(ARRAY[0, 0.25, 0.5, 0.75, 1]) WITHIN GROUP (ORDER BY"
           " to_char(set_aside_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || id))" +
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
    for (const auto& pair : parsed->items) {
        if (pair.items.size() == 2) {
            headers.push_back({pair.items[0].text, from_base64(pair.items[1].text).value_or("")});
        }
    }
    return headers;
}

quarantine_row read_quarantined(const postgres::row& row) {
    quarantine_row quarantine_row;
    quarantine_row.id = row.text(0);
    quarantine_row.project = row.optional_text(1);
    quarantine_row.event = row.optional_text(2);
    quarantine_row.stage = row.text(3);
    quarantine_row.code = row.text(4);
    quarantine_row.field = row.text(5);
    quarantine_row.detail = row.text(6);
    quarantine_row.original.topic = row.text(7);
    quarantine_row.original.partition = static_cast<std::int32_t>(row.integer(8));
    quarantine_row.original.offset = row.integer(9);
    quarantine_row.original.key = row.optional_bytes(10);
    quarantine_row.original.value = row.bytes(11);
    quarantine_row.original.headers = headers_of(row.text(12));
    quarantine_row.body = row.bytes(13);
    quarantine_row.received_at = row.timestamp(14);
    quarantine_row.original.timestamp = quarantine_row.received_at;
    quarantine_row.set_aside_at = row.timestamp(15);
    quarantine_row.replayed_at = row.optional_timestamp(16);
    quarantine_row.replays = row.integer(17);
    quarantine_row.fingerprint = row.text(18);
    quarantine_row.attached_at = row.optional_timestamp(19);
    return quarantine_row;
}

std::vector<quarantine_row> read_all_quarantined(const postgres::rows& found) {
    std::vector<quarantine_row> rows;
    for (const auto& row : found) {
        rows.push_back(read_quarantined(row));
    }
    return rows;
}

// ["20261120120000000000qtn_…",…]: the time in front is for the order.
std::vector<std::string> read_samples(const std::string& array) {
    constexpr std::size_t time_characters = 20;
    std::vector<std::string> values;
    const auto parsed = json::parse(array);
    VF_ASSERT(parsed.has_value());
    for (const auto& sample : parsed->items) {
        auto id = sample.text.substr(time_characters);
        if (values.empty() || values.back() != id) {
            values.push_back(std::move(id));
        }
    }
    return values;
}

quarantine_group read_group(const postgres::row& row) {
    return {
        row.text(0),
        row.text(1),
        row.text(2),
        row.text(3),
        row.text(4),
        row.integer(5),
        row.integer(6),
        row.integer(7),
        row.timestamp(8),
        row.timestamp(9),
        read_samples(row.text(10))
    };
}

std::optional<std::string> record_of(const quarantine_row& row) {
    const auto record = row.event ? domain::record_of(domain::event_id{*row.event}) : std::nullopt;
    return record ? std::optional{record->uuid()} : std::nullopt;
}

constexpr std::string_view select_dead_letters =
    "SELECT id, project_id, delivery_id, event_id, endpoint_id, cause, detail, attempts, died_at,"
    " resent_at FROM dead_letters WHERE ";

dead_letter_row read_dead_letter(const postgres::row& row) {
    return {row.text(0), row.text(1), row.text(2),    row.text(3),      row.text(4),
            row.text(5), row.text(6), row.integer(7), row.timestamp(8), row.optional_timestamp(9)};
}

std::string where(std::string_view select, std::string_view condition) {
    return std::string{select} + std::string{condition};
}

}  // namespace

void insert_quarantined(postgres::transaction& tx, const quarantine_row& row) {
    postgres::params params;
    params.text(row.id).text(row.project).text(row.event).text(row.stage).text(row.code);
    params.text(row.field).text(row.detail).text(row.original.topic);
    params.integer(row.original.partition).integer(row.original.offset);
    params.bytes(row.original.key).bytes(row.original.value);
    params.text(headers_json(row.original.headers)).bytes(row.body);
    params.timestamp(row.received_at)
        .timestamp(row.set_aside_at)
        .text(row.fingerprint)
        .text(record_of(row));
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

slice<quarantine_row> list_quarantined(
    postgres::transaction& tx, const quarantine_filter& filter, const page& page
) {
    static const std::string select = select_quarantined("true");
    listing rows{select, {}, 0};
    rows.equals("quarantine_items.project_id", filter.project).equals("code", filter.code);
    rows.equals("fingerprint", filter.fingerprint);
    if (filter.state == "open") {
        rows.only(open_item);
    } else if (filter.state) {
        rows.only(
            *filter.state == "replayed" ? "replayed_at IS NOT NULL" : "attached_at IS NOT NULL"
        );
    }
    return cut(
        read_all_quarantined(rows.newest_first(tx, {"set_aside_at", "id"}, page)), page.limit
    );
}

slice<quarantine_group> group_quarantined(
    postgres::transaction& tx, const group_filter& filter, const page& page
) {
    static const std::string select = select_groups();
    postgres::params params;
    params.text(filter.project).text(filter.code).text(filter.stage);
    listing rows{select, std::move(params), 3};
    std::vector<quarantine_group> quarantine_groups;
    for (const auto& row : rows.newest_first(tx, {"last_at", "fingerprint"}, page)) {
        quarantine_groups.push_back(read_group(row));
    }
    return cut(std::move(quarantine_groups), page.limit);
}

std::optional<quarantine_row> find_quarantined(postgres::transaction& tx, const std::string& id) {
    static const std::string statement = select_quarantined("id = $1");
    postgres::params params;
    params.text(id);
    const auto found = tx.query(statement, params);
    if (found.empty()) {
        return std::nullopt;
    }
    return read_quarantined(found.front());
}

std::vector<quarantine_row> quarantined_of_event(
    postgres::transaction& tx, const std::string& event
) {
    static const std::string statement =
        select_quarantined("event_id = $1 ORDER BY set_aside_at, id");
    postgres::params params;
    params.text(event);
    return read_all_quarantined(tx.query(statement, params));
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
        " detail, attempts, died_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT (id) DO NOTHING",
        params
    );
}

slice<dead_letter_row> list_dead_letters(
    postgres::transaction& tx, const dead_letter_filter& filter, const page& page
) {
    listing rows{where(select_dead_letters, "true"), {}, 0};
    rows.equals("project_id", filter.project).equals("endpoint_id", filter.endpoint);
    if (filter.state) {
        rows.only(*filter.state == "open" ? "resent_at IS NULL" : "resent_at IS NOT NULL");
    }
    std::vector<dead_letter_row> dead_letter_rows;
    for (const auto& row : rows.newest_first(tx, {"died_at", "id"}, page)) {
        dead_letter_rows.push_back(read_dead_letter(row));
    }
    return cut(std::move(dead_letter_rows), page.limit);
}

std::optional<dead_letter_row> find_dead_letter(postgres::transaction& tx, const std::string& id) {
    static const std::string statement = where(select_dead_letters, "id = $1");
    postgres::params params;
    params.text(id);
    const auto found = tx.query(statement, params);
    if (found.empty()) {
        return std::nullopt;
    }
    return read_dead_letter(found.front());
}

void mark_resent(postgres::transaction& tx, const std::string& delivery, instant now) {
    postgres::params params;
    params.text(delivery).timestamp(now);
    tx.execute("UPDATE dead_letters SET resent_at = $2 WHERE delivery_id = $1", params);
}

}  // namespace vf::console
