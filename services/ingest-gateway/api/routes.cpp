#include "ingest-gateway/api/routes.hpp"

#include <string>
#include <utility>

#include "ingest-gateway/api/plan.hpp"
#include "vf/domain/limits.hpp"

namespace vf::ingest_gateway {

namespace {

success_kind success_of(const route_traits& route) {
    return route.rate == rate_kind::bulk ? success_kind::bulk : success_kind::accepted;
}

refusal too_many_requests(const rate_limit_status& rate) {
    auto why = refuse(reply_code::rate_limited, "too many requests a second for this endpoint");
    why.retry_after_seconds = rate.reset_seconds;
    return why;
}

}  // namespace

void routes::add_to(http::router& router) {
    for (const auto& route : record_routes) {
        router.add(
            {"POST", std::string{route.path}, route.body_max,
             [this, &route](http::request request) {
                 return answer_records(route, std::move(request));
             }}
        );
    }
    router.add(
        {"POST", "/api/v1/postmark/{project}", domain::limits::postmark_body_bytes,
         [this](http::request request) { return answer_mail(std::move(request)); }}
    );
}

runtime::task<http::response> routes::answer_records(
    const route_traits& route, http::request request
) {
    const auto start = deps_.now.now();
    rate_limit_status rate;
    const auto outcome = co_await accept_records(route, request, rate);
    auto response = reply(outcome, success_of(route));
    add_rate_headers(response, rate);
    if (outcome) {
        deps_.metrics.records_accepted.increment(static_cast<double>(outcome->records));
    }
    deps_.metrics.answered(route.id, response.status, deps_.now.now() - start);
    co_return response;
}

runtime::task<outcome> routes::accept_records(
    const route_traits& route, const http::request& request, rate_limit_status& rate
) {
    const auto customer = co_await deps_.authenticator.by_key(request.headers);
    if (!customer) {
        co_return std::unexpected(customer.error());
    }
    rate = deps_.quotas.take_token(*customer, route.rate, deps_.now.now());
    if (!rate.allowed) {
        co_return std::unexpected(too_many_requests(rate));
    }
    auto write = plan_write(route, *customer, request, deps_.now.now());
    if (!write) {
        co_return std::unexpected(std::move(write.error()));
    }
    co_return co_await deps_.acceptor.accept_write(std::move(*write));
}

runtime::task<http::response> routes::answer_mail(http::request request) {
    const auto start = deps_.now.now();
    const auto outcome = co_await accept_mail(request);
    auto response = reply(outcome, success_kind::mail);
    deps_.metrics.answered(route_id::postmark, response.status, deps_.now.now() - start);
    co_return response;
}

runtime::task<outcome> routes::accept_mail(const http::request& request) {
    domain::project_id addressed{request.parameters.find("project")->second};
    const auto project =
        co_await deps_.authenticator.by_password(request.headers, std::move(addressed));
    if (!project) {
        co_return std::unexpected(project.error());
    }
    auto records = plan_mail(*project, request, deps_.now.now());
    if (!records) {
        co_return std::unexpected(std::move(records.error()));
    }
    co_return co_await deps_.acceptor.accept_mail(*project, std::move(*records));
}

}  // namespace vf::ingest_gateway
