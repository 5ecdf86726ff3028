#include "console/resources/erasures.hpp"

#include <array>

#include "console/api/body_reader.hpp"
#include "console/api/found.hpp"
#include "console/api/write_json.hpp"
#include "console/store/audit_store.hpp"
#include "console/store/project_store.hpp"
#include "vf/domain/ids.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::console {

namespace {

constexpr std::string_view prefix = "era_";

api_answer post_erase(api_context& context, api_request request) {
    auto body = body_reader::parse(std::move(request.http.body));
    if (!body) {
        co_return forward(body);
    }
    erasure_row row;
    row.reason = body->text("reason", 1000);
    if (auto valid = body->finish(); !valid) {
        co_return forward(valid);
    }
    const instant now = context.clock.now();
    row.id = domain::make_id(prefix, now, context.random);
    row.project = request.parameter("p");
    row.external_user_id = request.parameter("external_id");
    row.requested_at = now;
    json::writer detail;
    detail.begin_object().member("project_id", row.project).end_object();
    // The audit is for good, so it does not say who is to be forgotten.
    const audit_entry entry{
        request.caller.name, "user.erase", row.id, row.reason, std::move(detail).take()
    };
    auto work = [&](postgres::transaction& tx) -> std::optional<erasure_row> {
        if (!has_project(tx, row.project)) {
            return std::nullopt;
        }
        begin_erasure(tx, row, context.master);
        write_audit(tx, entry, now);
        return find_erasure(tx, row.project, row.id);
    };
    auto stored = co_await context.database.transact(work);
    co_return reply_one(stored, 202);
}

api_answer get_erasure(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    const std::string& id = request.parameter("id");
    auto work = [&](postgres::transaction& tx) { return find_erasure(tx, project, id); };
    auto found = co_await context.database.transact(work);
    co_return reply_one(found);
}

constexpr std::array routes{
    route{"POST", "/v1/projects/{p}/users/{external_id}/erase", role::administer, post_erase},
    route{"GET", "/v1/projects/{p}/erasures/{id}", role::view, get_erasure},
};

}  // namespace

void write(json::writer& out, const erasure_row& row) {
    out.begin_object().member("id", row.id);
    write_text(out, "external_user_id", row.external_user_id);
    out.member("reason", row.reason);
    write_time(out, "requested_at", row.requested_at);
    write_time(out, "finished_at", row.finished_at);
    out.key("steps").begin_array();
    for (const auto& step : row.steps) {
        out.begin_object().member("service", step.service);
        write_time(out, "done_at", step.done_at);
        out.member("rows_removed", step.rows_removed).end_object();
    }
    out.end_array().end_object();
}

std::span<const route> erasure_routes() {
    return routes;
}

runtime::task<> end_erasures(
    postgres::pool& database, const vf::clock& clock, vf::duration pause, runtime::signal& stop
) {
    const telemetry::logger log{"end_erasures"};
    for (;;) {
        const instant now = clock.now();
        auto work = [now](postgres::transaction& tx) { return finish_erasures(tx, now); };
        const auto done = co_await database.transact(work);
        if (!done) {
            log.warning("not looked for", {{"code", done.error().code}});
        } else if (*done > 0) {
            log.info("erasures finished", {{"count", *done}});
        }
        const bool stopping = co_await stop.wait_for(pause);
        if (stopping) {
            co_return;
        }
    }
}

}  // namespace vf::console
