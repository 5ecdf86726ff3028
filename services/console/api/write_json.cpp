#include "console/api/write_json.hpp"

#include <fmt/format.h>

#include "vf/base/text.hpp"
#include "vf/base/time_text.hpp"

namespace vf::console {

void write_text(json::writer& out, std::string_view name, const std::optional<std::string>& text) {
    out.key(name);
    text ? out.string(*text) : out.null();
}

void write_integer(json::writer& out, std::string_view name, std::optional<std::int64_t> number) {
    out.key(name);
    number ? out.integer(*number) : out.null();
}

void write_time(json::writer& out, std::string_view name, std::optional<instant> timestamp) {
    out.key(name);
    timestamp ? out.string(format_milliseconds(*timestamp)) : out.null();
}

void write_texts(json::writer& out, std::string_view name, const std::vector<std::string>& texts) {
    out.key(name).begin_array();
    for (const auto& text : texts) {
        out.string(text);
    }
    out.end_array();
}

void write_bytes(json::writer& out, std::string_view name, std::string_view bytes) {
    if (is_utf8(bytes)) {
        out.member(name, bytes);
    } else {
        out.member(fmt::format("{}_base64", name), to_base64(bytes));
    }
}

void write(json::writer& out, const only_id& created) {
    out.begin_object().member("id", created.id).end_object();
}

void write_meta(json::writer& out, std::string_view list, const std::optional<position>& next) {
    out.key("meta").begin_object();
    write_text(out, "next_cursor", next ? std::optional{encode_cursor(list, *next)} : std::nullopt);
    out.end_object();
}

}  // namespace vf::console
