#include "vfctl/render.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "vf/base/text.hpp"
#include "vf/json/parse.hpp"

namespace vf::vfctl {

namespace {

constexpr std::size_t cell_characters_max = 48;

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::size_t width(std::string_view text) {
    return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, continues));
}

// C0 and C1 controls and DEL become spaces.
std::string clean(std::string_view text) {
    std::string cleaned;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool c1 =
            byte == 0xC2U && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0U;
        if (c1) {
            ++i;
        }
        cleaned += byte < 0x20U || byte == 0x7FU || c1 ? ' ' : text[i];
    }
    return cleaned;
}

std::string text_of(const json::value& value) {
    switch (value.kind) {
        case json::kind::null:
            return "-";
        case json::kind::boolean:
            return value.boolean ? "yes" : "no";
        case json::kind::number:
        case json::kind::string:
            return clean(value.text);
        case json::kind::array:
        case json::kind::object:
            break;
    }
    return clean(value.source);
}

std::string cell_of(const json::value& value) {
    std::string text = text_of(value);
    if (width(text) <= cell_characters_max) {
        return text;
    }
    std::size_t end = 0;
    for (std::size_t seen = 0; end < text.size(); ++end) {
        if (!continues(text[end]) && ++seen == cell_characters_max) {
            break;
        }
    }
    return text.substr(0, end) + "…";
}

bool is_table(const json::value& value) {
    return value.is(json::kind::array) && !value.items().empty() &&
           std::ranges::all_of(value.items(), [](const json::value& item) {
               return item.is(json::kind::object);
           });
}

std::string padded(std::string text, std::size_t to) {
    text.append(to - std::min(to, width(text)), ' ');
    return text;
}

std::string table(const json::value& rows, std::string_view indent) {
    std::vector<std::vector<std::string>> lines(1);
    for (const auto& row : rows.items()) {
        for (const auto& member : row.members()) {
            const auto column = std::ranges::find(lines[0], member.name);
            if (column == lines[0].end()) {
                lines[0].emplace_back(member.name);
            }
        }
    }
    for (const auto& row : rows.items()) {
        std::vector<std::string> line;
        for (const auto& name : lines[0]) {
            const auto* const value = row.find(name);
            line.push_back(value != nullptr ? cell_of(*value) : "");
        }
        lines.push_back(std::move(line));
    }
    std::vector<std::size_t> widths(lines[0].size());
    for (const auto& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            widths[i] = std::max(widths[i], width(line[i]));
        }
    }
    std::string text;
    for (const auto& line : lines) {
        std::string row{indent};
        for (std::size_t i = 0; i < line.size(); ++i) {
            row += padded(line[i], widths[i]) + "  ";
        }
        row.erase(row.find_last_not_of(' ') + 1);
        text += row + '\n';
    }
    return text;
}

std::string lines_of(const json::value& object) {
    std::size_t widest = 0;
    for (const auto& member : object.members()) {
        widest = std::max(widest, width(member.name));
    }
    std::string text;
    for (const auto& member : object.members()) {
        if (is_table(member)) {
            text += fmt::format("{}\n{}", member.name, table(member, "  "));
        } else {
            text +=
                fmt::format("{}  {}\n", padded(std::string{member.name}, widest), text_of(member));
        }
    }
    return text;
}

}  // namespace

std::string render(std::string_view answer) {
    const auto parsed = json::parse(answer);
    const auto* const data = parsed ? parsed->root().find("data") : nullptr;
    if (data == nullptr) {
        return clean(answer) + '\n';
    }
    if (data->is(json::kind::object)) {
        return lines_of(*data);
    }
    std::string text = is_table(*data) ? table(*data, "") : "none\n";
    if (const auto* const meta = parsed->root().find("meta")) {
        if (const auto cursor = meta->string_at("next_cursor")) {
            text += fmt::format("there is more: --cursor {}\n", clean(*cursor));
        }
    }
    return text;
}

std::string render_refusal(std::string_view answer) {
    const auto parsed = json::parse(answer);
    const auto* const errors = parsed ? parsed->root().find("errors") : nullptr;
    if (errors == nullptr || !is_table(*errors)) {
        return clean(answer);
    }
    std::vector<std::string> lines;
    for (const auto& one : errors->items()) {
        std::string line = fmt::format(
            "{}: {}", clean(one.string_at("code").value_or("")),
            clean(one.string_at("message").value_or(""))
        );
        if (const auto field = one.string_at("field")) {
            line += fmt::format(" ({})", clean(*field));
        }
        lines.push_back(std::move(line));
    }
    return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace vf::vfctl
