#include "console/api/audit.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query.hpp"

namespace vf::console {

namespace {

runtime::task<answered<http::response>> get_audit(desk& at, call made) {
    query asked{made.request};
    const page wanted = asked.page("audit");
    const auto target = asked.text("target");
    if (auto clean = asked.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& in) {
        return std::optional{list_audit(in, target, wanted)};
    };
    auto found = co_await at.database.transact(work);
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
