#include "normaliser/users/user_writes.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "normaliser/users/user_columns.hpp"
#include "vf/base/assert.hpp"
#include "vf/json/parse.hpp"

namespace vf::normaliser {

namespace {

void add_trait(
    user_writes& writes, const domain::trait& trait, const write_version& version,
    const zone_test& is_zone
) {
    const auto parsed = json::parse(trait.json);
    VF_ASSERT(parsed.has_value());
    const auto& value = parsed->root();
    const bool cleared = value.is(json::kind::null);
    const auto in_bag = cleared ? std::nullopt : std::optional{trait.json};
    const auto* const column = column_of_trait(trait.name);
    if (column == nullptr) {
        writes.traits.push_back({trait.name, version, in_bag});
        return;
    }
    const std::string name{column->name};
    if (cleared) {
        writes.columns.push_back({name, version, std::nullopt});
        return;
    }
    const bool zone = column->identify == identify_source::zone;
    if (zone && !(value.is(json::kind::string) && is_zone(value.text))) {
        writes.traits.push_back({trait.name, version, in_bag});
        return;
    }
    if (value.is(json::kind::object) || value.is(json::kind::array)) {
        writes.columns.push_back({name, version, std::nullopt});
        writes.traits.push_back({trait.name, version, in_bag});
        return;
    }
    const bool boolean = value.is(json::kind::boolean);
    writes.columns.push_back({name, version, boolean ? trait.json : std::string{value.text}});
}

// What one identify says of a trait in several spellings is what it says last.
std::vector<const domain::trait*> last_of_each(const std::vector<domain::trait>& traits) {
    std::set<std::string> names;
    std::vector<const domain::trait*> last;
    for (auto each = traits.rbegin(); each != traits.rend(); ++each) {
        if (names.insert(trait_name(each->name)).second) {
            last.push_back(&*each);
        }
    }
    std::ranges::reverse(last);
    return last;
}

}  // namespace

void add_writes(user_writes& writes, const user_change& change, const zone_test& is_zone) {
    const write_version version{change.effective_at, change.received_at, change.id};
    for (const auto& column : user_columns()) {
        if (column.identify == identify_source::email && change.email) {
            writes.columns.push_back({std::string{column.name}, version, change.email});
        }
    }
    for (const auto* trait : last_of_each(change.traits)) {
        add_trait(writes, *trait, version, is_zone);
    }
}

}  // namespace vf::normaliser
