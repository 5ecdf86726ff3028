#include "console/resources/quarantine.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query_reader.hpp"
#include "console/api/write_json.hpp"
#include "console/resources/replay.hpp"
#include "console/store/audit_store.hpp"
#include "console/store/erasure_store.hpp"
#include "console/store/project_store.hpp"
#include "vf/base/text.hpp"

namespace vf::console {

namespace {

void write_fields(json::writer& out, const quarantine_row& row) {
    out.member("id", row.id).member("code", row.code).member("field", row.field);
    out.member("stage", row.stage).member("fingerprint", row.fingerprint);
    out.member("state", row.state());
    write_time(out, "received_at", row.received_at);
    write_bytes(out, "body", row.body);
}

void write_headers(json::writer& out, const std::vector<wire::header>& headers) {
    out.key("headers").begin_array();
    for (const auto& [name, value] : headers) {
        // Base64 where the bytes are no text, so that nothing is hidden or altered.
        out.begin_object().member("name", is_utf8(name) ? name : to_base64(name));
        write_bytes(out, "value", value);
        out.end_object();
    }
    out.end_array();
}

void write_original(json::writer& out, const wire::record& original) {
    out.key("source").begin_object().member("topic", original.topic);
    out.member("partition", std::int64_t{original.partition});
    out.member("offset", original.offset).end_object();
    if (original.key) {
        write_bytes(out, "key", *original.key);
    } else {
        out.key("key").null();
    }
    write_headers(out, original.headers);
    out.member("value_base64", to_base64(original.value));
}

api_answer get_items(api_context& context, api_request request) {
    query_reader query{request.http};
    const page_request paging = query.paging("quarantine");
    const std::vector<std::string_view> states(quarantine_states.begin(), quarantine_states.end());
    quarantine_filter filter;
    filter.project = query.text("project");
    filter.code = query.text("code");
    filter.fingerprint = query.text("fingerprint");
    filter.state = query.word("state", states).value_or("open");
    if (auto valid = query.finish(); !valid) {
        co_return forward(valid);
    }
    auto work = [&](postgres::transaction& tx) {
        return std::optional{list_quarantined(tx, filter, paging)};
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "quarantine");
}

api_answer get_groups(api_context& context, api_request request) {
    query_reader query{request.http};
    const page_request paging = query.paging("quarantine-groups");
    group_filter filter;
    filter.project = query.text("project");
    filter.code = query.text("code");
    filter.stage = query.text("stage");
    if (auto valid = query.finish(); !valid) {
        co_return forward(valid);
    }
    auto work = [&](postgres::transaction& tx) {
        return std::optional{group_quarantined(tx, filter, paging)};
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "quarantine-groups");
}

api_answer get_item(api_context& context, api_request request) {
    const std::string& id = request.parameter("id");
    auto work = [&](postgres::transaction& tx) -> std::optional<quarantine_detail> {
        auto item = find_quarantined(tx, id);
        if (!item) {
            return std::nullopt;
        }
        return quarantine_detail{std::move(*item)};
    };
    auto found = co_await context.database.transact(work);
    co_return reply_one(found);
}

struct replayed {
    std::string id;
    std::optional<std::string> event;
};

void write(json::writer& out, const replayed& replayed) {
    out.begin_object().member("id", replayed.id);
    write_text(out, "event_id", replayed.event);
    out.end_object();
}

// The original stays untouched in its row; what was sent in its place stands in the audit.
audit_entry audit_of(
    const principal& who, const std::string& item, const replay_request& replay,
    const replay_plan& plan
) {
    json::writer detail;
    detail.begin_object().member("project_id", plan.project);
    write_text(detail, "event_id", plan.event);
    write_text(detail, "body", replay.body);
    detail.end_object();
    return {who.name, "quarantine.replay", item, replay.reason, std::move(detail).take()};
}

api_answer post_replay(api_context& context, api_request request) {
    const std::string& id = request.parameter("id");
    auto replay = parse_replay(std::move(request.http.body));
    if (!replay) {
        co_return forward(replay);
    }
    const instant now = context.clock.now();
    auto decide = [&](postgres::transaction& tx) -> api_result<replay_plan> {
        const auto item = find_quarantined(tx, id);
        if (!item) {
            return not_found();
        }
        auto plan = plan_replay(*item, *replay);
        if (plan && !has_project(tx, plan->project)) {
            return invalid("project", "there is no such project");
        }
        if (plan && is_erased(tx, plan->record.key, item->received_at)) {
            return std::unexpected(
                refusal{422, "user_erased", "the user was erased after this was received", "body"}
            );
        }
        if (plan) {
            write_audit(tx, audit_of(request.caller, id, *replay, *plan), now);
        }
        return plan;
    };
    auto decided = co_await context.database.transact(decide);
    if (!decided) {
        co_return refused(decided.error());
    }
    if (!*decided) {
        co_return forward(*decided);
    }

    const replayed done{id, (*decided)->event};
    std::vector<wire::record> records;
    records.push_back(std::move((*decided)->record));
    auto acked = co_await context.sink.publish(std::move(records));
    if (!acked) {
        co_return refused(acked.error());
    }

    auto mark = [&](postgres::transaction& tx) {
        mark_replayed(tx, id, now);
        return std::optional{done};
    };
    auto marked = co_await context.database.transact(mark);
    co_return reply_one(marked, 202);
}

constexpr std::array routes{
    route{"GET", "/v1/quarantine/groups", role::view, get_groups},
    route{"GET", "/v1/quarantine/items", role::view, get_items},
    route{"GET", "/v1/quarantine/items/{id}", role::view, get_item},
    route{"POST", "/v1/quarantine/items/{id}/replay", role::operate, post_replay},
};

}  // namespace

void write(json::writer& out, const quarantine_row& row) {
    out.begin_object();
    write_fields(out, row);
    out.end_object();
}

void write(json::writer& out, const quarantine_group& group) {
    out.begin_object().member("fingerprint", group.fingerprint).member("stage", group.stage);
    out.member("code", group.code).member("field", group.field).member("detail", group.detail);
    out.member("count", group.count).member("open", group.open);
    out.member("projects", group.projects);
    write_time(out, "first_at", group.first_at);
    write_time(out, "last_at", group.last_at);
    write_texts(out, "samples", group.samples);
    out.end_object();
}

void write(json::writer& out, const quarantine_detail& detail) {
    const quarantine_row& item = detail.item;
    out.begin_object();
    write_fields(out, item);
    write_text(out, "project_id", item.project);
    write_text(out, "event_id", item.event);
    out.member("detail", item.detail);
    write_original(out, item.original);
    write_time(out, "set_aside_at", item.set_aside_at);
    write_time(out, "replayed_at", item.replayed_at);
    write_time(out, "attached_at", item.attached_at);
    out.member("replays", item.replays).end_object();
}

std::span<const route> quarantine_routes() {
    return routes;
}

}  // namespace vf::console
