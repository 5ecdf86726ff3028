#include "normaliser/ingest/project_numbers.hpp"

#include <string_view>

namespace vf::normaliser {

namespace {

constexpr std::string_view select_numbers =
    "SELECT project_id, number FROM project_numbers WHERE project_id = ANY ($1::text[])";

// In order, so that two batches never wait for each other.
constexpr std::string_view insert_numbers =
    "INSERT INTO project_numbers (project_id) SELECT n.project_id"
    " FROM unnest($1::text[]) AS n (project_id) ORDER BY n.project_id ON CONFLICT DO NOTHING";

}  // namespace

project_numbers number_projects(
    postgres::transaction& tx, const std::vector<std::string>& projects
) {
    project_numbers numbers;
    const auto params = postgres::params{}.texts(projects);
    const auto read = [&] {
        for (const auto& row : tx.query(select_numbers, params)) {
            numbers.emplace(row.text("project_id"), row.integer("number"));
        }
    };
    read();
    if (numbers.size() < projects.size()) {
        tx.execute(insert_numbers, params);
        read();
    }
    return numbers;
}

}  // namespace vf::normaliser
