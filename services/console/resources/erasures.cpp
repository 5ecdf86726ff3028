#include "console/resources/erasures.hpp"

#include <array>

#include "console/api/body.hpp"
#include "console/api/found.hpp"
#include "console/store/erasure_store.hpp"
#include "vf/domain/ids.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::console {

void write(json::writer& out, const erasure_row& it) {
    out.begin_object().member("id", it.id);
    write_text(out, "external_user_id", it.external_user_id);
    out.member("reason", it.reason);
    write_time(out, "requested_at", it.requested_at);
    write_time(out, "finished_at", it.finished_at);
    out.key("steps").begin_array();
    for (const auto& step : it.steps) {
        out.begin_object().member("service", step.service);
        write_time(out, "done_at", step.done_at);
        out.member("rows_removed", step.rows_removed).end_object();
    }
    out.end_array().end_object();
}

namespace {

constexpr std::string_view prefix = "era_";

runtime::task<api_result<http::response>> post_erase(api_context& context, api_call call) {
    auto body = body::parse(std::move(call.request.body));
    if (!body) {
        co_return forward(body);
    }
    erasure_row row;
    row.reason = body->text("reason", 1000);
    if (auto clean = body->finish(); !clean) {
        co_return forward(clean);
    }
    const instant now = context.clock.now();
    row.id = domain::make_id(prefix, now, context.random);
    row.project = call.part("p");
    row.external_user_id = call.part("external_id");
    row.requested_at = now;
    json::writer detail;
    detail.begin_object().member("project_id", row.project).end_object();
    // The audit is for good, so it does not say who is to be forgotten.
    const audit_entry entry{
        call.who.name, "user.erase", row.id, row.reason, std::move(detail).take()
    };
    auto work = [&](postgres::transaction& tx) -> std::optional<erasure_row> {
        if (!has_project(tx, row.project)) {
            return std::nullopt;
        }
        begin_erasure(tx, row);
        write_audit(tx, entry, now);
        return find_erasure(tx, row.project, row.id);
    };
    auto stored = co_await context.database.transact(work);
    co_return reply_one(stored, 202);
}

runtime::task<api_result<http::response>> get_erasure(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    const std::string& id = call.part("id");
    auto work = [&](postgres::transaction& tx) { return find_erasure(tx, project, id); };
    auto found = co_await context.database.transact(work);
    co_return reply_one(found);
}

constexpr std::array routes{
    route{"POST", "/v1/projects/{p}/users/{external_id}/erase", role::administer, post_erase},
    route{"GET", "/v1/projects/{p}/erasures/{id}", role::view, get_erasure},
};

}  // namespace

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
