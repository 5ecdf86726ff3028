#include "normaliser/facts/write_facts.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "normaliser/facts/fact_sql.hpp"
#include "vf/facts/packing.hpp"
#include "vf/postgres/columns.hpp"

namespace vf::normaliser {

namespace {

struct facts_row {
    std::int64_t user_id{0};
    instant first_seen_at{};
    instant last_seen_at{};
    std::optional<std::string> packed;  // nothing: as they stand
};

constexpr postgres::columns<facts_row, 4> columns_of_facts{{
    {"user_id", "bigint", [](const facts_row& row) { return row.user_id; }},
    {"first_seen_at", "timestamptz", [](const facts_row& row) { return row.first_seen_at; }},
    {"last_seen_at", "timestamptz", [](const facts_row& row) { return row.last_seen_at; }},
    {"facts", "bytea", [](const facts_row& row) { return row.packed; }},
}};

const std::string& insert_rows() {
    static const std::string statement = "INSERT INTO user_facts (" +
                                         postgres::names(columns_of_facts) + ") SELECT * FROM " +
                                         postgres::unnest(columns_of_facts);
    return statement;
}

const std::string& update_rows() {
    static const std::string statement =
        "UPDATE user_facts f SET first_seen_at = least(f.first_seen_at, n.first_seen_at),"
        "                        last_seen_at = greatest(f.last_seen_at, n.last_seen_at),"
        "                        facts = coalesce(n.facts, f.facts)"
        " FROM " +
        postgres::unnest(columns_of_facts) + " AS n (" + postgres::names(columns_of_facts) +
        ") WHERE f.user_id = n.user_id";
    return statement;
}

facts_row row_of(const user_update& update, std::optional<std::string> packed) {
    return {update.user_id.value(), update.first_at, update.last_at, std::move(packed)};
}

using packed_by_user = std::unordered_map<std::int64_t, std::string>;

packed_by_user read_facts(postgres::transaction& tx, const selected_users& selection) {
    selected_users counting;
    for (auto* each : selection) {
        if (!each->second.occurrences.empty()) {
            counting.push_back(each);
        }
    }
    packed_by_user found;
    if (!counting.empty()) {
        const auto params = postgres::params{}.integers(ids_of(counting));
        for (const auto& row : tx.query(sql::select_facts, params)) {
            found.emplace(row.integer("user_id"), row.bytes("facts"));
        }
    }
    return found;
}

}  // namespace

void insert_facts(postgres::transaction& tx, const selected_users& selection) {
    if (selection.empty()) {
        return;
    }
    std::vector<facts_row> rows;
    for (const auto* each : selection) {
        facts::user_facts folded;
        facts::fold(folded, each->second.occurrences);
        rows.push_back(row_of(each->second, facts::pack(folded)));
    }
    tx.execute(insert_rows(), postgres::bind(columns_of_facts, rows));
}

void update_facts(postgres::transaction& tx, const selected_users& selection) {
    if (selection.empty()) {
        return;
    }
    const auto standing = read_facts(tx, selection);
    std::vector<facts_row> rows;
    for (const auto* each : selection) {
        const auto found = standing.find(*each->second.user_id);
        if (found == standing.end()) {
            rows.push_back(row_of(each->second, std::nullopt));
            continue;
        }
        auto folded = facts::unpack(found->second);
        if (!folded) {
            tx.refuse({failure::permanent, "facts_unreadable", std::to_string(found->first)});
            return;
        }
        facts::fold(*folded, each->second.occurrences);
        rows.push_back(row_of(each->second, facts::pack(*folded)));
    }
    tx.execute(update_rows(), postgres::bind(columns_of_facts, rows));
}

}  // namespace vf::normaliser
