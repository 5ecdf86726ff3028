// How the API writes JSON: the parts that the shapes of several resources share, and the envelope.
// The shape of a row, `write(json::writer&, const row&)`, belongs to its resource. Pure; any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/store/paging.hpp"
#include "vf/base/clock.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

// Members that are null where there is nothing.
void write_text(json::writer& out, std::string_view name, const std::optional<std::string>& text);
void write_integer(json::writer& out, std::string_view name, std::optional<std::int64_t> number);
void write_time(json::writer& out, std::string_view name, std::optional<instant> timestamp);

void write_texts(json::writer& out, std::string_view name, const std::vector<std::string>& texts);

// Bytes as text under `name` where they are UTF-8, else as `name`_base64.
void write_bytes(json::writer& out, std::string_view name, std::string_view bytes);

// The answer to what created or deleted something that has no more to show.
struct only_id {
    std::string id;
};

void write(json::writer& out, const only_id& created);

template <class Row>
void write_all(json::writer& out, const std::vector<Row>& rows) {
    out.begin_array();
    for (const Row& row : rows) {
        write(out, row);
    }
    out.end_array();
}

// The member `meta` of a page: {"next_cursor":…}, null at the end of the list.
void write_meta(json::writer& out, std::string_view list, const std::optional<position>& next);

// {"data":{…}}
template <class Row>
[[nodiscard]] std::string object_json(const Row& row) {
    json::writer out;
    out.begin_object().key("data");
    write(out, row);
    out.end_object();
    return std::move(out).take();
}

// {"data":[…],"meta":{"next_cursor":…}}
template <class Row>
[[nodiscard]] std::string page_json(const page<Row>& page, std::string_view list) {
    json::writer out;
    out.begin_object().key("data");
    write_all(out, page.rows);
    write_meta(out, list, page.next);
    out.end_object();
    return std::move(out).take();
}

}  // namespace vf::console
