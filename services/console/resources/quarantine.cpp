#include "console/resources/quarantine.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query.hpp"
#include "console/resources/replay.hpp"
#include "console/store/erasure_store.hpp"

namespace vf::console {

namespace {

runtime::task<answered<http::response>> get_items(desk& at, call made) {
    query asked{made.request};
    const page wanted = asked.page("quarantine");
    const std::vector<std::string_view> states{"open", "replayed", "attached"};
    quarantine_filter filter;
    filter.project = asked.text("project");
    filter.code = asked.text("code");
    filter.fingerprint = asked.text("fingerprint");
    filter.state = asked.word("state", states);
    if (auto clean = asked.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& in) {
        return std::optional{list_quarantined(in, filter, wanted)};
    };
    auto found = co_await at.database.transact(work);
    co_return reply_page(found, "quarantine");
}

runtime::task<answered<http::response>> get_groups(desk& at, call made) {
    query asked{made.request};
    const page wanted = asked.page("quarantine-groups");
    group_filter filter;
    filter.project = asked.text("project");
    filter.code = asked.text("code");
    filter.stage = asked.text("stage");
    if (auto clean = asked.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& in) {
        return std::optional{group_quarantined(in, filter, wanted)};
    };
    auto found = co_await at.database.transact(work);
    co_return reply_page(found, "quarantine-groups");
}

runtime::task<answered<http::response>> get_item(desk& at, call made) {
    const std::string& id = made.part("id");
    auto work = [&](postgres::transaction& in) -> std::optional<quarantine_detail> {
        auto item = find_quarantined(in, id);
        if (!item) {
            return std::nullopt;
        }
        return quarantine_detail{std::move(*item)};
    };
    auto found = co_await at.database.transact(work);
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
    const principal& who, const std::string& item, const replay_request& wanted,
    const replay_plan& plan
) {
    json::writer detail;
    detail.begin_object().member("project_id", plan.project);
    write_text(detail, "event_id", plan.event);
    write_text(detail, "body", wanted.body);
    detail.end_object();
    return {who.name, "quarantine.replay", item, wanted.reason, std::move(detail).take()};
}

runtime::task<answered<http::response>> post_replay(desk& at, call made) {
    const std::string& id = made.part("id");
    auto wanted = parse_replay(std::move(made.request.body));
    if (!wanted) {
        co_return forward(wanted);
    }
    const instant now = at.clock.now();
    auto decide = [&](postgres::transaction& in) -> answered<replay_plan> {
        const auto item = find_quarantined(in, id);
        if (!item) {
            return unknown();
        }
        auto plan = plan_replay(*item, *wanted, now);
        if (plan && !has_project(in, plan->project)) {
            return invalid("project", "there is no such project");
        }
        if (plan && is_erased(in, plan->record.key, item->received_at)) {
            return std::unexpected(
                refusal{422, "user_erased", "the user was erased after this was received", "body"}
            );
        }
        if (plan) {
            write_audit(in, audit_of(made.who, id, *wanted, *plan), now);
        }
        return plan;
    };
    auto decided = co_await at.database.transact(decide);
    if (!decided) {
        co_return refused(decided.error());
    }
    if (!*decided) {
        co_return forward(*decided);
    }

    const replayed done{id, (*decided)->event};
    std::vector<wire::record> records;
    records.push_back(std::move((*decided)->record));
    auto acked = co_await at.sink.publish(std::move(records));
    if (!acked) {
        co_return refused(acked.error());
    }

    auto mark = [&](postgres::transaction& in) {
        mark_replayed(in, id, now);
        return std::optional{done};
    };
    auto marked = co_await at.database.transact(mark);
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
