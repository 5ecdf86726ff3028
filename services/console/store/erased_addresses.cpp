#include "console/store/erased_addresses.hpp"

#include <map>
#include <set>

#include "console/intake/addresses.hpp"

namespace vf::console {

namespace {

constexpr std::string_view select_address =
    "SELECT email FROM users"
    " WHERE project_id = $1 AND external_user_id = $2 AND email IS NOT NULL";

constexpr std::string_view insert_address =
    "INSERT INTO erased_addresses (project_id, address, person)"
    " VALUES ($1::text, $3, sha256(convert_to($1::text || ':' || $2::text, 'UTF8')))"
    " ON CONFLICT DO NOTHING";

constexpr std::string_view select_erased =
    "SELECT address FROM erased_addresses WHERE project_id = $1 AND address = ANY ($2::bytea[])";

constexpr std::string_view select_in_use =
    "SELECT a.address FROM unnest($2::text[]) AS a (address)"
    " WHERE EXISTS (SELECT FROM users u WHERE u.project_id = $1 AND u.email IS NOT NULL"
    "               AND lower(u.email) = lower(a.address))";

std::string digest_of(const crypto::master_key& master, const std::string& address) {
    return master.digest(address, "erased address");
}

// Those of the addresses that are of somebody erased, and of nobody who is there.
std::set<std::string> erased_of(
    postgres::transaction& tx, const crypto::master_key& master, const std::string& project,
    const std::set<std::string>& addresses
) {
    std::map<std::string, std::string> by_digest;
    std::vector<std::string> digests;
    for (const auto& address : addresses) {
        digests.push_back(digest_of(master, address));
        by_digest.emplace(digests.back(), address);
    }
    std::set<std::string> erased;
    const auto params = postgres::params{}.text(project).byte_strings(digests);
    for (const auto& row : tx.query(select_erased, params)) {
        erased.insert(by_digest.at(row.bytes("address")));
    }
    if (!erased.empty()) {
        const std::vector<std::string> all(erased.begin(), erased.end());
        const auto named = postgres::params{}.text(project).texts(all);
        for (const auto& row : tx.query(select_in_use, named)) {
            erased.erase(row.text("address"));
        }
    }
    return erased;
}

}  // namespace

void record_erased_address(
    postgres::transaction& tx, const crypto::master_key& master, const std::string& project,
    const std::string& external_user_id
) {
    const auto who = postgres::params{}.text(project).text(external_user_id);
    for (const auto& row : tx.query(select_address, who)) {
        auto params = who;
        params.bytes(digest_of(master, lower_address(row.text("email"))));
        tx.execute(insert_address, params);
    }
}

std::vector<bool> name_erased(
    postgres::transaction& tx, const crypto::master_key& master, const std::string& project,
    const std::vector<std::string>& bodies
) {
    std::vector<std::vector<std::string>> by_body;
    std::set<std::string> addresses;
    for (const auto& body : bodies) {
        by_body.push_back(addresses_in(body));
        addresses.insert(by_body.back().begin(), by_body.back().end());
    }
    const auto erased =
        addresses.empty() ? std::set<std::string>{} : erased_of(tx, master, project, addresses);
    std::vector<bool> named;
    for (const auto& each : by_body) {
        bool any = false;
        for (const auto& address : each) {
            any = any || erased.contains(address);
        }
        named.push_back(any);
    }
    return named;
}

}  // namespace vf::console
