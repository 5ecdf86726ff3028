#include "ingest-gateway/api/routes.hpp"

#include <charconv>
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

// What does not say how long it is, or is coded, may be of any length.
bool may_be_large(const http::headers& headers) {
    const auto* length = headers.find("Content-Length");
    if (length == nullptr || headers.find("Content-Encoding") != nullptr) {
        return true;
    }
    std::size_t bytes = 0;
    const auto* end = length->data() + length->size();
    const auto [stopped, failed] = std::from_chars(length->data(), end, bytes);
    return failed != std::errc{} || stopped != end || bytes > domain::limits::mail_usual_bytes;
}

}  // namespace

void routes::add_to(http::router& router) {
    for (const auto& route : record_routes) {
        http::route served{"POST", std::string{route.path}, route.body_max, nullptr};
        served.on_head = [this, &route](const http::request& head) {
            return judge_records(route, head);
        };
        router.add(std::move(served));
    }
    http::route mail{
        "POST", "/api/v1/postmark/{project}", domain::limits::postmark_body_bytes, nullptr
    };
    mail.on_head = [this](const http::request& head) { return judge_mail(head); };
    router.add(std::move(mail));
}

runtime::task<http::head_result> routes::judge_records(
    const route_traits& route, const http::request& head
) {
    const auto start = deps_.now.now();
    std::expected<ingest_gateway::customer, refusal> customer;
    if (const auto* fresh = deps_.authenticator.find_fresh(head.headers)) {
        customer = *fresh;
    } else {
        customer = co_await deps_.authenticator.by_key(head.headers);
    }
    rate_limit_status rate;
    customer = admit_customer(route, std::move(customer), rate);
    if (!customer) {
        auto response = reply(std::unexpected(std::move(customer.error())), success_of(route));
        add_rate_headers(response, rate);
        deps_.metrics.answered(route.id, response.status, deps_.now.now() - start);
        co_return std::unexpected(std::move(response));
    }
    auto account = customer->project.text;
    co_return http::accepted_head{
        std::move(account),
        [this, &route, rate, customer = std::move(*customer)](http::request request) mutable {
            return answer_records(route, std::move(customer), rate, std::move(request));
        }
    };
}

std::expected<customer, refusal> routes::admit_customer(
    const route_traits& route, std::expected<customer, refusal> customer, rate_limit_status& rate
) {
    if (!customer) {
        return customer;
    }
    if (auto early = deps_.acceptor.refuse_early()) {
        return std::unexpected(std::move(*early));
    }
    rate = deps_.quotas.take_token(*customer, route.rate, deps_.now.now());
    if (!rate.allowed) {
        return std::unexpected(too_many_requests(rate));
    }
    return customer;
}

runtime::task<http::response> routes::answer_records(
    const route_traits& route, customer customer, rate_limit_status rate, http::request request
) {
    const auto start = deps_.now.now();
    const auto outcome = co_await accept_records(route, customer, request);
    auto response = reply(outcome, success_of(route));
    add_rate_headers(response, rate);
    if (outcome) {
        deps_.metrics.records_accepted.increment(static_cast<double>(outcome->records));
    }
    deps_.metrics.answered(route.id, response.status, deps_.now.now() - start);
    co_return response;
}

runtime::task<outcome> routes::accept_records(
    const route_traits& route, const customer& customer, const http::request& request
) {
    auto write = plan_write(route, customer, request, deps_.now.now());
    if (!write) {
        co_return std::unexpected(std::move(write.error()));
    }
    co_return co_await deps_.acceptor.accept_write(std::move(*write));
}

runtime::task<http::head_result> routes::judge_mail(const http::request& head) {
    const auto start = deps_.now.now();
    auto project = co_await admit_provider(head);
    if (!project) {
        auto response = reply(std::unexpected(std::move(project.error())), success_kind::mail);
        deps_.metrics.answered(route_id::postmark, response.status, deps_.now.now() - start);
        co_return std::unexpected(std::move(response));
    }
    auto account = project->text;
    co_return http::accepted_head{
        std::move(account),
        [this, project = std::move(*project)](http::request request) mutable {
            return answer_mail(std::move(project), std::move(request));
        },
        may_be_large(head.headers) ? deps_.large_bodies : nullptr
    };
}

runtime::task<authenticator::provider_result> routes::admit_provider(const http::request& head) {
    domain::project_id addressed{head.parameters.find("project")->second};
    auto project = co_await deps_.authenticator.by_password(head.headers, std::move(addressed));
    if (auto early = deps_.acceptor.refuse_early(); project && early) {
        co_return std::unexpected(std::move(*early));
    }
    co_return project;
}

runtime::task<http::response> routes::answer_mail(
    domain::project_id project, http::request request
) {
    const auto start = deps_.now.now();
    auto record = plan_mail(project, request.body, start);
    // The record has a copy: of a large one two would be held while the broker takes it.
    request.body = std::string{};
    const auto outcome = co_await deps_.acceptor.accept_mail(std::move(project), std::move(record));
    auto response = reply(outcome, success_kind::mail);
    deps_.metrics.answered(route_id::postmark, response.status, deps_.now.now() - start);
    co_return response;
}

}  // namespace vf::ingest_gateway
