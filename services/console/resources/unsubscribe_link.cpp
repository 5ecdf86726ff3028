#include "console/resources/unsubscribe_link.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "console/api/body_reader.hpp"
#include "console/api/found.hpp"
#include "console/store/draft_store.hpp"

namespace vf::console {

namespace {

api_result<void> check_empty(std::string text) {
    if (text.empty()) {
        return {};
    }
    auto body = body_reader::parse(std::move(text));
    if (!body) {
        return forward(body);
    }
    return body->finish();
}

api_answer post_link(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    const std::string& id = request.parameter("id");
    auto empty = check_empty(std::move(request.http.body));
    auto work = [&](postgres::transaction& tx) { return find_recipient(tx, project, id); };
    const auto found = co_await context.database.transact(work);
    if (!found) {
        co_return refused(found.error());
    }
    if (!*found) {
        co_return not_found();
    }
    if (!empty) {
        co_return forward(empty);
    }
    const mail::unsubscribe_link link{domain::project_id{project}, **found, domain::draft_id{id}};
    co_return reply(200, object_json(make_links(context.links, context.public_url, link)));
}

constexpr std::array routes{
    route{"POST", "/v1/projects/{p}/drafts/{id}/unsubscribe-link", role::operate, post_link},
};

}  // namespace

mail_links make_links(
    const mail::link_keys& keys, std::string_view public_url, const mail::unsubscribe_link& link
) {
    mail_links links;
    links.url = fmt::format("{}/u/{}", public_url, mail::make_unsubscribe_token(keys, link));
    links.list_unsubscribe = fmt::format("<{}>", links.url);
    links.list_unsubscribe_post = "List-Unsubscribe=One-Click";
    if (link.draft) {
        links.reply_to_hash = mail::make_mailbox_hash(keys, link.project, *link.draft);
    }
    return links;
}

void write(json::writer& out, const mail_links& links) {
    out.begin_object().member("url", links.url);
    out.member("list_unsubscribe", links.list_unsubscribe);
    out.member("list_unsubscribe_post", links.list_unsubscribe_post);
    out.member("reply_to_hash", links.reply_to_hash).end_object();
}

std::span<const route> unsubscribe_link_routes() {
    return routes;
}

}  // namespace vf::console
