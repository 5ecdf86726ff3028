#include "normaliser/facts/write_facts.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "normaliser/users/user_sql.hpp"

namespace vf::normaliser {

namespace {

struct fact_columns {
    std::vector<std::int64_t> ids;
    std::vector<instant> first, last;
    std::vector<std::optional<std::string>> packed;

    void add(const person& of, std::optional<std::string> facts) {
        ids.push_back(of.user_id.value());
        first.push_back(of.first_at);
        last.push_back(of.last_at);
        packed.push_back(std::move(facts));
    }

    [[nodiscard]] postgres::params params() const {
        postgres::params with;
        with.integers(ids).instants(first).instants(last).byte_strings(packed);
        return with;
    }
};

using packed_facts = std::unordered_map<std::int64_t, std::string>;

packed_facts read_facts(postgres::transaction& inside, const chosen_people& known) {
    chosen_people counting;
    for (auto* each : known) {
        if (!each->second.counted.empty()) {
            counting.push_back(each);
        }
    }
    packed_facts found;
    if (!counting.empty()) {
        const auto with = postgres::params{}.integers(ids_of(counting));
        for (const auto& row : inside.query(sql::select_facts, with)) {
            found.emplace(row.integer(0), row.bytes(1));
        }
    }
    return found;
}

}  // namespace

void insert_facts(postgres::transaction& inside, const chosen_people& made) {
    if (made.empty()) {
        return;
    }
    fact_columns columns;
    for (const auto* each : made) {
        facts folded;
        fold(folded, each->second.counted);
        columns.add(each->second, pack(folded));
    }
    inside.execute(sql::insert_facts, columns.params());
}

void update_facts(postgres::transaction& inside, const chosen_people& known) {
    if (known.empty()) {
        return;
    }
    const auto standing = read_facts(inside, known);
    fact_columns columns;
    for (const auto* each : known) {
        const auto found = standing.find(*each->second.user_id);
        if (found == standing.end()) {
            columns.add(each->second, std::nullopt);
            continue;
        }
        auto folded = unpack(found->second);
        if (!folded) {
            inside.refuse({failure::permanent, "facts_unreadable", std::to_string(found->first)});
            return;
        }
        fold(*folded, each->second.counted);
        columns.add(each->second, pack(*folded));
    }
    inside.execute(sql::update_facts, columns.params());
}

}  // namespace vf::normaliser
