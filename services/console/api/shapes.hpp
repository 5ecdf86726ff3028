// How the API shows things: rows to JSON, one function a shape. The field names are a contract and
// held by tests. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/store/activity_store.hpp"
#include "console/store/audit_store.hpp"
#include "console/store/delivery_store.hpp"
#include "console/store/endpoint_store.hpp"
#include "console/store/paging.hpp"
#include "console/store/pipeline_store.hpp"
#include "console/store/project_store.hpp"
#include "console/store/rule_store.hpp"
#include "console/store/set_aside_store.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

// What has just been made; a secret is shown here and never again.
struct created_id {
    std::string id;
};

struct created_key {
    std::string id;
    std::string secret;
    std::string last4;
};

// A second key beside the one it is to replace.
struct rotated_key {
    created_key created_key;
    std::string replaces;
};

struct created_endpoint {
    std::string id;
    std::string secret;
};

struct delivery_detail {
    delivery_row delivery;
    std::vector<attempt_row> attempts;
};

// A quarantine item with everything there is to know of it.
struct quarantine_detail {
    quarantine_row item;
};

void write(json::writer& out, const created_id& it);
void write(json::writer& out, const created_key& it);
void write(json::writer& out, const rotated_key& it);
void write(json::writer& out, const created_endpoint& it);
void write(json::writer& out, const project_row& it);
void write(json::writer& out, const key_row& it);
void write(json::writer& out, const endpoint_row& it);
void write(json::writer& out, const rule_row& it);
void write(json::writer& out, const user_row& it);
void write(json::writer& out, const event_row& it);
void write(json::writer& out, const draft_row& it);
void write(json::writer& out, const delivery_row& it);
void write(json::writer& out, const delivery_detail& it);
void write(json::writer& out, const quarantine_row& it);
void write(json::writer& out, const quarantine_detail& it);
void write(json::writer& out, const quarantine_group& it);
void write(json::writer& out, const dead_letter_row& it);
void write(json::writer& out, const audit_row& it);
void write(json::writer& out, const stage_row& it);

// The parts of writing that other shapes share.
void write_text(json::writer& out, std::string_view name, const std::optional<std::string>& text);
void write_time(json::writer& out, std::string_view name, std::optional<instant> timestamp);
// Bytes as text under `name` where they are UTF-8, else as `name`_base64.
void write_bytes(json::writer& out, std::string_view name, std::string_view bytes);

// "evt_…" of an event row's record.
[[nodiscard]] std::string shown_id(const event_row& row);

template <class Row>
void write_all(json::writer& out, const std::vector<Row>& rows) {
    out.begin_array();
    for (const Row& row : rows) {
        write(out, row);
    }
    out.end_array();
}

// {"data":{…}}
template <class Row>
[[nodiscard]] std::string object_json(const Row& row) {
    json::writer out;
    out.begin_object().key("data");
    write(out, row);
    out.end_object();
    return std::move(out).take();
}

// {"data":[…],"meta":{"next_cursor":…}}, null at the end of the list.
template <class Row>
[[nodiscard]] std::string page_json(const slice<Row>& found, std::string_view list) {
    json::writer out;
    out.begin_object().key("data");
    write_all(out, found.rows);
    out.key("meta").begin_object();
    std::optional<std::string> cursor;
    if (found.next) {
        cursor = encode_cursor(list, *found.next);
    }
    write_text(out, "next_cursor", cursor);
    out.end_object().end_object();
    return std::move(out).take();
}

}  // namespace vf::console
