#include "console/resources/retention.hpp"

#include <array>
#include <charconv>
#include <string_view>

#include "console/api/found.hpp"
#include "console/api/query_reader.hpp"
#include "console/api/write_json.hpp"
#include "console/store/project_store.hpp"

namespace vf::console {

namespace {

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

api_answer get_retention(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    query_reader query{request.http};
    const auto text = query.text("days");
    if (auto valid = query.finish(); !valid) {
        co_return forward(valid);
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

void write(json::writer& out, const retention_plan& plan) {
    const bool limited = plan.days > 0;
    out.begin_object();
    write_integer(out, "days", limited ? std::optional{plan.days} : std::nullopt);
    write_time(out, "before", limited ? std::optional{plan.before} : std::nullopt);
    out.key("tables").begin_array();
    write_table(out, "events", "attached", plan.events);
    write_table(out, "events", "waiting", plan.waiting);
    out.end_array();
    write_time(out, "oldest", plan.oldest);
    out.end_object();
}

std::span<const route> retention_routes() {
    return routes;
}

}  // namespace vf::console
