#include "console/resources/deliveries.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query_reader.hpp"
#include "console/api/write_json.hpp"
#include "console/resources/resend.hpp"
#include "console/store/project_store.hpp"

namespace vf::console {

namespace {

void write_fields(json::writer& out, const delivery_row& row) {
    out.member("id", row.id).member("event_id", row.event).member("endpoint_id", row.endpoint);
    out.member("type", row.type).member("state", row.state).member("attempts", row.attempts);
    write_time(out, "next_attempt_at", row.next_attempt_at);
}

void write_attempt(json::writer& out, const attempt_row& row) {
    out.begin_object().member("run", row.run).member("attempt", row.attempt);
    write_time(out, "started_at", row.started_at);
    out.member("took_ms", row.took_microseconds / 1000).member("outcome", row.outcome);
    write_integer(out, "status", row.status);
    write_text(out, "error", row.error);
    write_text(out, "address", row.address);
    if (row.response_body) {
        write_bytes(out, "response_body", *row.response_body);
    } else {
        out.key("response_body").null();
    }
    out.end_object();
}

api_answer get_deliveries(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    query_reader query{request.http};
    const page_request paging = query.paging("deliveries");
    const std::vector<std::string_view> states{"pending", "delivered", "dead"};
    delivery_filter filter;
    filter.event = query.text("event_id");
    filter.endpoint = query.text("endpoint");
    filter.state = query.word("state", states);
    if (auto valid = query.finish(); !valid) {
        co_return forward(valid);
    }
    auto work = [&](postgres::transaction& tx) -> std::optional<page<delivery_row>> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        return list_deliveries(tx, project, filter, paging);
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "deliveries");
}

api_answer get_delivery(api_context& context, api_request request) {
    const std::string& id = request.parameter("id");
    auto work = [&](postgres::transaction& tx) -> std::optional<delivery_detail> {
        auto delivery = find_delivery(tx, id);
        if (!delivery) {
            return std::nullopt;
        }
        return delivery_detail{std::move(*delivery), attempts_of(tx, id)};
    };
    auto found = co_await context.database.transact(work);
    co_return reply_one(found);
}

api_answer post_resend(api_context& context, api_request request) {
    const std::string& id = request.parameter("id");
    auto reason = parse_reason(std::move(request.http.body));
    if (!reason) {
        co_return forward(reason);
    }
    auto work = [&](postgres::transaction& tx) { return find_delivery(tx, id); };
    auto found = co_await context.database.transact(work);
    if (!found) {
        co_return refused(found.error());
    }
    if (!*found) {
        co_return not_found();
    }
    auto answer = co_await resend(
        context, {std::move(**found), std::move(request.caller.name), std::move(*reason)}
    );
    co_return answer;
}

constexpr std::array routes{
    route{"GET", "/v1/projects/{p}/deliveries", role::view, get_deliveries},
    route{"GET", "/v1/deliveries/{id}", role::view, get_delivery},
    route{"POST", "/v1/deliveries/{id}/resend", role::operate, post_resend},
};

}  // namespace

void write(json::writer& out, const delivery_row& row) {
    out.begin_object();
    write_fields(out, row);
    out.end_object();
}

void write(json::writer& out, const delivery_detail& detail) {
    out.begin_object();
    write_fields(out, detail.delivery);
    out.member("project_id", detail.delivery.project).member("run", detail.delivery.run);
    write_time(out, "created_at", detail.delivery.created_at);
    write_time(out, "settled_at", detail.delivery.settled_at);
    out.key("history").begin_array();
    for (const auto& attempt : detail.attempts) {
        write_attempt(out, attempt);
    }
    out.end_array().end_object();
}

std::span<const route> delivery_routes() {
    return routes;
}

}  // namespace vf::console
