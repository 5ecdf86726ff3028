#include "console/resources/audit.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query_reader.hpp"
#include "console/api/write_json.hpp"

namespace vf::console {

namespace {

api_answer get_audit(api_context& context, api_request request) {
    query_reader query{request.http};
    const page_request paging = query.paging("audit");
    const auto target = query.text("target");
    if (auto valid = query.finish(); !valid) {
        co_return forward(valid);
    }
    auto work = [&](postgres::transaction& tx) {
        return std::optional{list_audit(tx, target, paging)};
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "audit");
}

constexpr std::array routes{
    route{"GET", "/v1/audit", role::view, get_audit},
};

}  // namespace

void write(json::writer& out, const audit_row& row) {
    out.begin_object().member("id", row.id);
    write_time(out, "at", row.timestamp);
    out.member("actor", row.entry.actor).member("action", row.entry.action);
    out.member("target", row.entry.target);
    write_text(out, "reason", row.entry.reason);
    out.key("detail").raw(row.entry.detail).end_object();
}

std::span<const route> audit_routes() {
    return routes;
}

}  // namespace vf::console
