#include "merge_user.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "vf/base/assert.hpp"
#include "vf/domain/event_names.hpp"
#include "vf/json/parse.hpp"
#include "vf/json/writer.hpp"

namespace vf::normaliser {

namespace {

// What stands for a name after a fold: a text, or nothing when it was cleared.
using texts = std::map<std::string, std::optional<std::string>>;

struct folded {
    texts columns;  // plain text
    texts traits;   // JSON text
};

std::optional<std::string> column_of(std::string_view trait) {
    const auto name = domain::snake_case(trait);
    for (const auto column : {"name", "plan", "company", "role", "signup_date"}) {
        if (name == column) {
            return name;
        }
    }
    return std::nullopt;
}

void fold_trait(folded& into, const domain::trait& trait) {
    const auto parsed = json::parse(trait.json);
    VF_ASSERT(parsed.has_value());
    const bool cleared = parsed->is(json::kind::null);
    const bool scalar = !parsed->is(json::kind::object) && !parsed->is(json::kind::array);
    const auto column = column_of(trait.name);
    if (!column) {
        into.traits[trait.name] = cleared ? std::nullopt : std::optional{trait.json};
        return;
    }
    // The name stands in one of the two places, never in both.
    into.traits[trait.name] = scalar ? std::nullopt : std::optional{trait.json};
    if (!scalar || cleared) {
        into.columns[*column] = std::nullopt;
    } else {
        into.columns[*column] = parsed->is(json::kind::boolean) ? trait.json : parsed->text;
    }
}

void fold(folded& into, const user_change& change) {
    if (change.email) {
        into.columns["email"] = change.email;
    }
    for (const auto& trait : change.traits) {
        fold_trait(into, trait);
    }
}

std::string columns_json(const texts& columns, bool with_cleared) {
    json::writer out;
    out.begin_object();
    for (const auto& [name, text] : columns) {
        if (text) {
            out.key(name).string(*text);
        } else if (with_cleared) {
            out.key(name).null();
        }
    }
    out.end_object();
    return std::move(out).take();
}

std::string traits_json(const texts& traits) {
    json::writer out;
    out.begin_object();
    for (const auto& [name, json] : traits) {
        if (json) {
            out.key(name).raw(*json);
        }
    }
    out.end_object();
    return std::move(out).take();
}

std::string cleared_json(const texts& traits) {
    json::writer out;
    out.begin_array();
    for (const auto& [name, json] : traits) {
        if (!json) {
            out.string(name);
        }
    }
    out.end_array();
    return std::move(out).take();
}

}  // namespace

user_patch merge_user(std::span<const user_change* const> changes, std::optional<instant> row_at) {
    VF_ASSERT(!changes.empty());
    // Equal times keep the order of arrival.
    std::vector<const user_change*> in_time;
    for (const auto* change : changes) {
        in_time.insert(std::ranges::upper_bound(in_time, change->at, {}, &user_change::at), change);
    }
    folded newer;
    folded late;
    for (const auto* change : in_time) {
        const bool is_late = row_at && change->at < *row_at;
        fold(is_late ? late : newer, *change);
    }
    user_patch patch;
    patch.columns = columns_json(newer.columns, true);
    patch.traits = traits_json(newer.traits);
    patch.cleared = cleared_json(newer.traits);
    patch.fill_columns = columns_json(late.columns, false);
    patch.fill_traits = traits_json(late.traits);
    patch.identified_at = std::max(in_time.back()->at, row_at.value_or(instant::min()));
    return patch;
}

}  // namespace vf::normaliser
