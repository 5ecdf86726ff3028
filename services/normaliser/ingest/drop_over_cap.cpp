#include "normaliser/ingest/drop_over_cap.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "normaliser/users/trait_cap.hpp"
#include "normaliser/users/user_columns.hpp"
#include "normaliser/users/write_versions.hpp"
#include "vf/json/parse.hpp"

namespace vf::normaliser {

namespace {

// As stored, compressed or not: what is small so holds little whichever it is.
constexpr std::string_view select_large =
    "SELECT user_id FROM users WHERE user_id = ANY ($1::bigint[])"
    "   AND pg_column_size(traits) + pg_column_size(stamps) > $2::bigint";

constexpr std::string_view select_sizes =
    "SELECT u.user_id, u.stamps::text AS stamps,"
    "       (SELECT coalesce(jsonb_object_agg("
    "                   t.key, octet_length(t.key) + octet_length(t.value::text)), '{}')::text"
    "        FROM jsonb_each(u.traits) AS t) AS sizes"
    " FROM users u WHERE u.user_id = ANY ($1::bigint[])";

constexpr std::string_view delete_claims = "DELETE FROM record_claims WHERE id = ANY ($1::uuid[])";

trait_sizes read_sizes(const postgres::row& row) {
    trait_sizes sizes;
    if (const auto versions = parse_versions(row.text("stamps"))) {
        for (const auto& [name, each] : versions->traits) {
            sizes.emplace(name, 0);
        }
    }
    const auto text = row.text("sizes");
    if (const auto parsed = json::parse(text)) {
        for (const auto& member : parsed->root().members()) {
            const auto size = member.as_integer().value_or(0);
            sizes[trait_name(member.name)] = static_cast<std::size_t>(size);
        }
    }
    return sizes;
}

std::size_t bytes_of_batch(const user_update& update) {
    std::size_t bytes = 0;
    for (const auto* change : update.changes) {
        bytes += bytes_of(*change);
    }
    return bytes;
}

// Whoever holds much already, or of whom the batch says much.
selected_users find_doubtful(postgres::transaction& tx, user_updates& users) {
    const auto identified =
        select(users, [](const user_update& one) { return one.user_id && !one.changes.empty(); });
    std::unordered_set<std::int64_t> large;
    if (!identified.empty()) {
        postgres::params params;
        params.integers(ids_of(identified));
        params.integer(static_cast<std::int64_t>(traits_bytes_harmless));
        for (const auto& row : tx.query(select_large, params)) {
            large.insert(row.integer("user_id"));
        }
    }
    return select(users, [&large](const user_update& one) {
        const bool holds_much = one.user_id && large.contains(*one.user_id);
        return holds_much || bytes_of_batch(one) > traits_bytes_harmless;
    });
}

std::unordered_map<std::int64_t, trait_sizes> read_held(
    postgres::transaction& tx, const selected_users& selection
) {
    std::vector<std::int64_t> ids;
    for (const auto* each : selection) {
        if (each->second.user_id) {
            ids.push_back(*each->second.user_id);
        }
    }
    std::unordered_map<std::int64_t, trait_sizes> held;
    if (!ids.empty()) {
        for (const auto& row : tx.query(select_sizes, postgres::params{}.integers(ids))) {
            held.emplace(row.integer("user_id"), read_sizes(row));
        }
    }
    return held;
}

}  // namespace

std::vector<std::size_t> drop_over_cap(postgres::transaction& tx, user_updates& users) {
    std::vector<std::size_t> indices;
    const auto doubtful = find_doubtful(tx, users);
    if (doubtful.empty()) {
        return indices;
    }
    const auto held = read_held(tx, doubtful);
    std::vector<std::string> claims;
    for (auto* each : doubtful) {
        user_update& one = each->second;
        const auto found = one.user_id ? held.find(*one.user_id) : held.end();
        const auto over =
            find_over_cap(one.changes, found == held.end() ? trait_sizes{} : found->second);
        for (const auto* change : over) {
            indices.push_back(change->index);
            claims.push_back(change->id.uuid());
            std::erase(one.changes, change);
        }
    }
    if (!claims.empty()) {
        tx.execute(delete_claims, postgres::params{}.texts(claims));
    }
    std::ranges::sort(indices);
    return indices;
}

}  // namespace vf::normaliser
