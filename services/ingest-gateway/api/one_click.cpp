#include "ingest-gateway/api/one_click.hpp"

#include <string>
#include <utility>

#include "ingest-gateway/api/one_click_page.hpp"
#include "ingest-gateway/parse/one_click_form.hpp"
#include "vf/domain/limits.hpp"
#include "vf/json/writer.hpp"
#include "vf/wire/messages.hpp"

namespace vf::ingest_gateway {

namespace {

constexpr std::string_view path = "/u/{token}";

std::string_view token_of(const http::request& request) {
    return request.parameters.find("token")->second;
}

}  // namespace

wire::record plan_click(const mail::unsubscribe_link& link, instant now) {
    const auto user = std::to_string(link.user_id);
    json::writer out;
    out.begin_object();
    out.member("action", "unsubscribe").member("user_id", std::string_view{user});
    if (link.draft) {
        out.member("draft_id", std::string_view{link.draft->text});
    }
    out.end_object();
    const auto body = std::move(out).take();
    return wire::encode({link.project, wire::mail_source::one_click, now}, body, user);
}

void one_click::add_to(http::router& router) {
    http::route click{"POST", std::string{path}, domain::limits::one_click_body_bytes, nullptr};
    click.on_head = [this](const http::request& head) { return judge_click(head); };
    router.add(std::move(click));
    // The server answers HEAD by it too.
    http::route look{"GET", std::string{path}, 0, nullptr};
    look.on_head = [this](const http::request& head) { return judge_look(head); };
    router.add(std::move(look));
}

runtime::task<http::head_result> one_click::judge_click(const http::request& head) {
    const auto start = deps_.now.now();
    auto link = mail::read_unsubscribe_token(deps_.keys, token_of(head));
    if (!link) {
        auto response = no_such_link();
        deps_.metrics.answered(route_id::one_click, response.status, deps_.now.now() - start);
        co_return std::unexpected(std::move(response));
    }
    auto account = link->project.text;
    co_return http::accepted_head{
        std::move(account), [this, link = std::move(*link)](http::request request
                            ) mutable { return answer_click(std::move(link), std::move(request)); }
    };
}

runtime::task<http::response> one_click::answer_click(
    mail::unsubscribe_link link, http::request request
) {
    const auto start = deps_.now.now();
    auto response = co_await accept_click(link, request);
    deps_.metrics.answered(route_id::one_click, response.status, deps_.now.now() - start);
    co_return response;
}

runtime::task<http::response> one_click::accept_click(
    const mail::unsubscribe_link& link, const http::request& request
) {
    if (!is_one_click(request.headers, request.body)) {
        co_return not_one_click();
    }
    const auto now = deps_.now.now();
    if (!limits_.take(link, now)) {
        co_return not_now(refuse(reply_code::rate_limited, {}));
    }
    const auto outcome = co_await deps_.acceptor.accept_mail(link.project, plan_click(link, now));
    co_return outcome ? unsubscribed() : not_now(outcome.error());
}

runtime::task<http::head_result> one_click::judge_look(const http::request& head) {
    const auto start = deps_.now.now();
    const bool sound = mail::read_unsubscribe_token(deps_.keys, token_of(head)).has_value();
    auto response = sound ? confirmation_page() : no_such_link();
    deps_.metrics.answered(route_id::one_click_page, response.status, deps_.now.now() - start);
    // Whole before a body, which a look has none of.
    co_return std::unexpected(std::move(response));
}

}  // namespace vf::ingest_gateway
