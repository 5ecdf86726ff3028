#include "console/resources/quarantine.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query.hpp"
#include "console/resources/replay.hpp"
#include "console/store/erasure_store.hpp"

namespace vf::console {

namespace {

runtime::task<api_result<http::response>> get_items(api_context& context, api_call call) {
    query query{call.request};
    const page page = query.page("quarantine");
    const std::vector<std::string_view> states{"open", "replayed", "attached"};
    quarantine_filter filter;
    filter.project = query.text("project");
    filter.code = query.text("code");
    filter.fingerprint = query.text("fingerprint");
    filter.state = query.word("state", states);
    if (auto clean = query.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& tx) {
        return std::optional{list_quarantined(tx, filter, page)};
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "quarantine");
}

runtime::task<api_result<http::response>> get_groups(api_context& context, api_call call) {
    query query{call.request};
    const page page = query.page("quarantine-groups");
    group_filter filter;
    filter.project = query.text("project");
    filter.code = query.text("code");
    filter.stage = query.text("stage");
    if (auto clean = query.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& tx) {
        return std::optional{group_quarantined(tx, filter, page)};
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "quarantine-groups");
}

runtime::task<api_result<http::response>> get_item(api_context& context, api_call call) {
    const std::string& id = call.part("id");
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

void write(json::writer& out, const replayed& it) {
    out.begin_object().member("id", it.id);
    write_text(out, "event_id", it.event);
    out.end_object();
}

// The original stays untouched in its row; what was sent in its place stands in the audit.
audit_entry audit_of(
    const principal& who, const std::string& item, const replay_request& request,
    const replay_plan& plan
) {
    json::writer detail;
    detail.begin_object().member("project_id", plan.project);
    write_text(detail, "event_id", plan.event);
    write_text(detail, "body", request.body);
    detail.end_object();
    return {who.name, "quarantine.replay", item, request.reason, std::move(detail).take()};
}

runtime::task<api_result<http::response>> post_replay(api_context& context, api_call call) {
    const std::string& id = call.part("id");
    auto request = parse_replay(std::move(call.request.body));
    if (!request) {
        co_return forward(request);
    }
    const instant now = context.clock.now();
    auto decide = [&](postgres::transaction& tx) -> api_result<replay_plan> {
        const auto item = find_quarantined(tx, id);
        if (!item) {
            return not_found();
        }
        auto plan = plan_replay(*item, *request, now);
        if (plan && !has_project(tx, plan->project)) {
            return invalid("project", "there is no such project");
        }
        if (plan && is_erased(tx, plan->record.key, item->received_at)) {
            return std::unexpected(
                refusal{422, "user_erased", "the user was erased after this was received", "body"}
            );
        }
        if (plan) {
            write_audit(tx, audit_of(call.who, id, *request, *plan), now);
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

std::span<const route> quarantine_routes() {
    return routes;
}

}  // namespace vf::console
