#include "console/resources/users.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query.hpp"
#include "console/store/export_store.hpp"

namespace vf::console {

namespace {

runtime::task<api_result<http::response>> get_users(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    query query{call.request};
    const page page = query.page("users");
    if (auto clean = query.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& tx) -> std::optional<slice<user_row>> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        return list_users(tx, project, page);
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "users");
}

runtime::task<api_result<http::response>> get_user(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    const std::string& user = call.part("external_id");
    auto work = [&](postgres::transaction& tx) { return find_user(tx, project, user); };
    auto found = co_await context.database.transact(work);
    co_return reply_one(found);
}

struct exported_user {
    std::optional<std::string> kept;  // on the first page
    slice<event_row> events;
};

// {"data":{…, "events":[…]},"meta":{"next_cursor":…}}
std::string export_page(const exported_user& found) {
    json::writer out;
    out.begin_object().key("data").begin_object();
    if (found.kept) {
        out.key("kept").raw(*found.kept);
    }
    out.key("events");
    write_all(out, found.events.rows);
    out.end_object().key("meta").begin_object();
    std::optional<std::string> cursor;
    if (found.events.next) {
        cursor = encode_cursor("export", *found.events.next);
    }
    write_text(out, "next_cursor", cursor);
    out.end_object().end_object();
    return std::move(out).take();
}

runtime::task<api_result<http::response>> get_export(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    const std::string& user = call.part("external_id");
    query query{call.request};
    const page page = query.page("export");
    if (auto clean = query.finish(); !clean) {
        co_return forward(clean);
    }
    const instant now = context.clock.now();
    const audit_entry entry{call.who.name, "user.export", project, std::nullopt, "{}"};
    auto work = [&](postgres::transaction& tx) -> std::optional<exported_user> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        exported_user found;
        if (!page.after) {
            found.kept = read_kept(tx, project, user);
            write_audit(tx, entry, now);
        }
        event_filter filter;
        filter.external_user_id = user;
        found.events = list_events(tx, project, filter, page);
        return found;
    };
    auto found = co_await context.database.transact(work);
    if (!found) {
        co_return refused(found.error());
    }
    if (!*found) {
        co_return not_found();
    }
    co_return reply(200, export_page(**found));
}

constexpr std::array routes{
    route{"GET", "/v1/projects/{p}/users", role::view, get_users},
    route{"GET", "/v1/projects/{p}/users/{external_id}", role::view, get_user},
    route{"GET", "/v1/projects/{p}/users/{external_id}/export", role::administer, get_export},
};

}  // namespace

std::span<const route> user_routes() {
    return routes;
}

}  // namespace vf::console
