#include "ingest-gateway/api/routes.hpp"

#include <string>
#include <utility>

#include "ingest-gateway/api/plan.hpp"
#include "vf/domain/limits.hpp"

namespace vf::ingest_gateway {

namespace {

success success_of(const route_traits& route) {
    return route.rate == rate_kind::bulk ? success::bulk : success::accepted;
}

refusal too_many_requests(const rate_state& rate) {
    auto why = refuse(reply_code::rate_limited, "too many requests a second for this endpoint");
    why.retry_after_seconds = rate.reset_seconds;
    return why;
}

}  // namespace

void routes::add_to(http::router& table) {
    for (const auto& route : record_routes) {
        table.add(
            {"POST", std::string{route.path}, route.body_max,
             [this, &route](http::request request) {
                 return answer_records(route, std::move(request));
             }}
        );
    }
    table.add(
        {"POST", "/api/v1/postmark/{project}", domain::limits::postmark_body_bytes,
         [this](http::request request) { return answer_mail(std::move(request)); }}
    );
}

runtime::task<http::response> routes::answer_records(
    const route_traits& route, http::request request
) {
    const auto start = deps_.now.now();
    rate_state rate;
    const auto acceptance = co_await take_records(route, request, rate);
    auto answer = reply(acceptance, success_of(route));
    add_rate_headers(answer, rate);
    if (acceptance) {
        deps_.metrics.records_accepted.increment(static_cast<double>(acceptance->records));
    }
    deps_.metrics.answered(route.id, answer.status, deps_.now.now() - start);
    co_return answer;
}

runtime::task<outcome> routes::take_records(
    const route_traits& route, const http::request& request, rate_state& rate
) {
    const auto who = co_await deps_.who.by_key(request.headers);
    if (!who) {
        co_return std::unexpected(who.error());
    }
    rate = deps_.shared.take_token(*who, route.rate, deps_.now.now());
    if (!rate.allowed) {
        co_return std::unexpected(too_many_requests(rate));
    }
    auto write = plan_write(route, *who, request, deps_.now.now());
    if (!write) {
        co_return std::unexpected(std::move(write.error()));
    }
    co_return co_await deps_.taking.take(std::move(*write));
}

runtime::task<http::response> routes::answer_mail(http::request request) {
    const auto start = deps_.now.now();
    const auto acceptance = co_await take_mail(request);
    auto answer = reply(acceptance, success::mail);
    deps_.metrics.answered(route_id::postmark, answer.status, deps_.now.now() - start);
    co_return answer;
}

runtime::task<outcome> routes::take_mail(const http::request& request) {
    domain::project_id addressed{request.parameters.find("project")->second};
    const auto project = co_await deps_.who.by_password(request.headers, std::move(addressed));
    if (!project) {
        co_return std::unexpected(project.error());
    }
    auto records = plan_mail(*project, request, deps_.now.now());
    if (!records) {
        co_return std::unexpected(std::move(records.error()));
    }
    co_return co_await deps_.taking.take_mail(*project, std::move(*records));
}

}  // namespace vf::ingest_gateway
