#include "users.hpp"

#include <array>

#include "found.hpp"
#include "query.hpp"

namespace vf::console {

namespace {

runtime::task<answered<http::response>> get_users(desk& at, call made) {
    const std::string& project = made.part("p");
    query asked{made.request};
    const page wanted = asked.page("users");
    if (auto clean = asked.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& in) -> std::optional<slice<user_row>> {
        if (!has_project(in, project)) {
            return std::nullopt;
        }
        return list_users(in, project, wanted);
    };
    auto found = co_await at.database.transact(work);
    co_return reply_page(found, "users");
}

runtime::task<answered<http::response>> get_user(desk& at, call made) {
    const std::string& project = made.part("p");
    const std::string& user = made.part("external_id");
    auto work = [&](postgres::transaction& in) { return find_user(in, project, user); };
    auto found = co_await at.database.transact(work);
    co_return reply_one(found);
}

constexpr std::array routes{
    route{"GET", "/v1/projects/{p}/users", role::view, get_users},
    route{"GET", "/v1/projects/{p}/users/{external_id}", role::view, get_user},
};

}  // namespace

std::span<const route> user_routes() {
    return routes;
}

}  // namespace vf::console
