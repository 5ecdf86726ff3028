#include "console/resources/users.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query_reader.hpp"
#include "console/api/write_json.hpp"
#include "console/resources/events.hpp"
#include "console/store/audit_store.hpp"
#include "console/store/export_store.hpp"
#include "console/store/project_store.hpp"

namespace vf::console {

namespace {

api_answer get_users(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    query_reader query{request.http};
    const page_request paging = query.paging("users");
    if (auto valid = query.finish(); !valid) {
        co_return forward(valid);
    }
    auto work = [&](postgres::transaction& tx) -> std::optional<page<user_row>> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        return list_users(tx, project, paging);
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "users");
}

api_answer get_user(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    const std::string& user = request.parameter("external_id");
    auto work = [&](postgres::transaction& tx) { return find_user(tx, project, user); };
    auto found = co_await context.database.transact(work);
    co_return reply_one(found);
}

struct exported_user {
    std::optional<std::string> kept;  // on the first page
    page<event_row> events;
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
    out.end_object();
    write_meta(out, "export", found.events.next);
    out.end_object();
    return std::move(out).take();
}

api_answer get_export(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    const std::string& user = request.parameter("external_id");
    query_reader query{request.http};
    const page_request paging = query.paging("export");
    if (auto valid = query.finish(); !valid) {
        co_return forward(valid);
    }
    const instant now = context.clock.now();
    const audit_entry entry{request.caller.name, "user.export", project, std::nullopt, "{}"};
    auto work = [&](postgres::transaction& tx) -> std::optional<exported_user> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        exported_user found;
        if (!paging.after) {
            found.kept = read_kept(tx, project, user);
            write_audit(tx, entry, now);
        }
        event_filter filter;
        filter.external_user_id = user;
        found.events = list_events(tx, project, filter, paging);
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

void write(json::writer& out, const user_row& row) {
    out.begin_object().member("external_user_id", row.external_user_id);
    write_text(out, "email", row.email);
    write_text(out, "name", row.name);
    out.key("traits").raw(row.traits).member("stage", row.stage);
    write_time(out, "first_seen_at", row.first_seen_at);
    write_time(out, "last_seen_at", row.last_seen_at);
    out.member("subscribed", row.subscribed).member("status", row.status);
    write_time(out, "paused_until", row.paused_until);
    out.end_object();
}

std::span<const route> user_routes() {
    return routes;
}

}  // namespace vf::console
