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

    void add(const user_update& update, std::optional<std::string> facts) {
        ids.push_back(update.user_id.value());
        first.push_back(update.first_at);
        last.push_back(update.last_at);
        packed.push_back(std::move(facts));
    }

    [[nodiscard]] postgres::params params() const {
        postgres::params params;
        params.integers(ids).timestamps(first).timestamps(last).byte_strings(packed);
        return params;
    }
};

using packed_facts = std::unordered_map<std::int64_t, std::string>;

packed_facts read_facts(postgres::transaction& tx, const selected_users& selection) {
    selected_users counting;
    for (auto* each : selection) {
        if (!each->second.occurrences.empty()) {
            counting.push_back(each);
        }
    }
    packed_facts found;
    if (!counting.empty()) {
        const auto params = postgres::params{}.integers(ids_of(counting));
        for (const auto& row : tx.query(sql::select_facts, params)) {
            found.emplace(row.integer(0), row.bytes(1));
        }
    }
    return found;
}

}  // namespace

void insert_facts(postgres::transaction& tx, const selected_users& selection) {
    if (selection.empty()) {
        return;
    }
    fact_columns columns;
    for (const auto* each : selection) {
        facts folded;
        fold(folded, each->second.occurrences);
        columns.add(each->second, pack(folded));
    }
    tx.execute(sql::insert_facts, columns.params());
}

void update_facts(postgres::transaction& tx, const selected_users& selection) {
    if (selection.empty()) {
        return;
    }
    const auto standing = read_facts(tx, selection);
    fact_columns columns;
    for (const auto* each : selection) {
        const auto found = standing.find(*each->second.user_id);
        if (found == standing.end()) {
            columns.add(each->second, std::nullopt);
            continue;
        }
        auto folded = unpack(found->second);
        if (!folded) {
            tx.refuse({failure::permanent, "facts_unreadable", std::to_string(found->first)});
            return;
        }
        fold(*folded, each->second.occurrences);
        columns.add(each->second, pack(*folded));
    }
    tx.execute(sql::update_facts, columns.params());
}

}  // namespace vf::normaliser
