#include "console/api/audit.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query.hpp"

namespace vf::console {

namespace {

runtime::task<api_result<http::response>> get_audit(api_context& context, api_call call) {
    query query{call.request};
    const page page = query.page("audit");
    const auto target = query.text("target");
    if (auto clean = query.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& tx) {
        return std::optional{list_audit(tx, target, page)};
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "audit");
}

constexpr std::array routes{
    route{"GET", "/v1/audit", role::view, get_audit},
};

}  // namespace

std::span<const route> audit_routes() {
    return routes;
}

}  // namespace vf::console
