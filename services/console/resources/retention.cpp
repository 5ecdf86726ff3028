#include "console/resources/retention.hpp"

#include <array>
#include <charconv>
#include <string_view>

#include "console/api/found.hpp"
#include "console/api/query.hpp"
#include "console/store/project_store.hpp"

namespace vf::console {

namespace {

constexpr std::string_view select_plan =
    "SELECT s.days, s.start, count(e.user_id), count(*) FILTER (WHERE e.received_at IS NOT NULL"
    " AND e.user_id IS NULL), min(e.received_at)"
    " FROM (SELECT id, d.days, retention_start($3::timestamptz, d.days) AS start FROM projects"
    "       CROSS JOIN LATERAL (SELECT coalesce($2::bigint, retention_days::bigint) AS days) AS d"
    "       WHERE id = $1) AS s"
    " LEFT JOIN events e ON e.project_id = s.id AND e.received_at < s.start"
    " GROUP BY s.days, s.start";

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = fault == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional{number} : std::nullopt;
}

void write_table(
    json::writer& out, std::string_view table, std::string_view which, std::int64_t rows
) {
    out.begin_object().member("table", table).member("which", which).member("rows", rows);
    out.end_object();
}

runtime::task<api_result<http::response>> get_retention(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    query query{call.request};
    const auto text = query.text("days");
    if (auto clean = query.finish(); !clean) {
        co_return forward(clean);
    }
    const auto days = text ? whole_number(*text) : std::nullopt;
    if (text && (!days || *days < 1 || *days > retention_days_max)) {
        co_return invalid("days", "must be 1 to 36500");
    }
    const instant now = context.clock.now();
    auto work = [&](postgres::transaction& tx) { return plan_retention(tx, project, days, now); };
    auto found = co_await context.database.transact(work);
    co_return reply_one(found);
}

constexpr std::array routes{
    route{"GET", "/v1/projects/{p}/retention", role::view, get_retention},
};

}  // namespace

void write(json::writer& out, const retention_plan& it) {
    const bool limited = it.days > 0;
    out.begin_object().key("days");
    limited ? out.integer(it.days) : out.null();
    write_time(out, "before", limited ? std::optional{it.before} : std::nullopt);
    out.key("tables").begin_array();
    write_table(out, "events", "attached", it.events);
    write_table(out, "events", "waiting", it.waiting);
    out.end_array();
    write_time(out, "oldest", it.oldest);
    out.end_object();
}

std::optional<retention_plan> plan_retention(
    postgres::transaction& tx, const std::string& project, std::optional<std::int64_t> days,
    instant now
) {
    postgres::params params;
    params.text(project).integer(days).timestamp(now);
    const auto found = tx.query(select_plan, params);
    if (found.empty()) {
        return std::nullopt;
    }
    const auto& row = found.front();
    retention_plan retention_plan;
    retention_plan.days = row.optional_integer(0).value_or(0);
    retention_plan.before = row.optional_timestamp(1).value_or(instant{});
    retention_plan.events = row.integer(2);
    retention_plan.waiting = row.integer(3);
    retention_plan.oldest = row.optional_timestamp(4);
    return retention_plan;
}

std::span<const route> retention_routes() {
    return routes;
}

}  // namespace vf::console
