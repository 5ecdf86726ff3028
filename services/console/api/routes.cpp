#include "console/api/routes.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "console/resources/audit.hpp"
#include "console/resources/dead_letters.hpp"
#include "console/resources/deliveries.hpp"
#include "console/resources/draft_actions.hpp"
#include "console/resources/drafts.hpp"
#include "console/resources/endpoints.hpp"
#include "console/resources/erasures.hpp"
#include "console/resources/events.hpp"
#include "console/resources/keys.hpp"
#include "console/resources/lifeline.hpp"
#include "console/resources/pipeline.hpp"
#include "console/resources/projects.hpp"
#include "console/resources/quarantine.hpp"
#include "console/resources/retention.hpp"
#include "console/resources/rules.hpp"
#include "console/resources/unsubscribe_link.hpp"
#include "console/resources/user_mail.hpp"
#include "console/resources/users.hpp"
#include "console/store/project_store.hpp"
#include "vf/base/text.hpp"
#include "vf/crypto/api_key.hpp"
#include "vf/domain/limits.hpp"

namespace vf::console {

namespace {

// What Postgres could not take as text is nothing that exists.
bool is_clean(std::string_view text) {
    return is_utf8(text) && !text.contains('\0');
}

bool is_clean(const http::request& request) {
    const auto clean = [](const auto& pair) {
        return is_clean(pair.first) && is_clean(pair.second);
    };
    return std::ranges::all_of(request.query, clean) &&
           std::ranges::all_of(request.parameters, clean);
}

refusal nobody() {
    return refusal{401, "auth_required", "a valid bearer token is required", {}};
}

bool is_known_away(const api_context& context) {
    return context.database_health != nullptr && !context.database_health->answers();
}

// A customer's live API key is a valid key for something else.
runtime::task<refusal> why_nobody(api_context& context, const http::headers& headers) {
    const auto key = api_key_in(headers);
    if (!key || is_known_away(context)) {
        co_return nobody();
    }
    const auto digest = crypto::api_key_digest(*key);
    auto work = [&digest](postgres::transaction& tx) { return is_live_key(tx, digest); };
    const auto live = co_await context.database.transact(work);
    if (live && *live) {
        co_return refusal{403, "forbidden", "an API key does not open the console", {}};
    }
    co_return nobody();
}

// By its head: nobody's body is read who may not do what he asks for.
runtime::task<api_result<principal>> judge(
    api_context& context, const route& route, const http::request& head
) {
    auto caller = authenticate(head.headers, context.admin_token);
    if (!caller) {
        auto why = co_await why_nobody(context, head.headers);
        co_return std::unexpected(std::move(why));
    }
    if (is_known_away(context)) {
        // At once: to wait for a connection would come to the same.
        co_return refused({failure::transient, "database_unavailable", {}});
    }
    if (!may(*caller, route.needed)) {
        co_return std::unexpected(refusal{403, "forbidden", "this token may not do that", {}});
    }
    if (!is_clean(head)) {
        co_return bad_request("the URL must be UTF-8 without NUL");
    }
    co_return std::move(*caller);
}

runtime::task<http::response> serve(
    api_context& context, const route& route, principal caller, http::request request
) {
    auto answered = co_await route.run(context, {std::move(request), std::move(caller)});
    auto response = answered ? std::move(*answered) : reply(answered.error());
    context.metrics.answered(route.pattern, response.status);
    co_return response;
}

runtime::task<http::head_result> serve_head(
    api_context& context, const route& route, const http::request& head
) {
    auto caller = co_await judge(context, route, head);
    if (!caller) {
        auto refused = reply(caller.error());
        context.metrics.answered(route.pattern, refused.status);
        co_return std::unexpected(std::move(refused));
    }
    auto account = caller->name;
    co_return http::accepted_head{
        std::move(account),
        [&context, &route, caller = std::move(*caller)](http::request request) mutable {
            return serve(context, route, std::move(caller), std::move(request));
        }
    };
}

// A path nobody has, or one without that method: `allow` then says which it takes.
refusal why_unmatched(const http::request& request, std::string_view admin_token) {
    if (!authenticate(request.headers, admin_token)) {
        return nobody();
    }
    if (request.parameters.contains("allow")) {
        return refusal{405, "method_not_allowed", "this path does not take that method", {}};
    }
    return not_found().error();
}

runtime::task<http::response> serve_unmatched(api_context& context, http::request request) {
    const refusal why = why_unmatched(request, context.admin_token);
    context.metrics.answered("unmatched", why.status);
    co_return reply(why);
}

}  // namespace

const std::vector<route>& all_routes() {
    static const std::vector<route> table = [] {
        std::vector<route> routes;
        for (const std::span<const route> resource :
             {project_routes(), key_routes(), endpoint_routes(), user_routes(), user_mail_routes(),
              erasure_routes(), retention_routes(), event_routes(), rule_routes(), draft_routes(),
              draft_action_routes(), unsubscribe_link_routes(), delivery_routes(),
              quarantine_routes(), dead_letter_routes(), audit_routes(), pipeline_routes(),
              lifeline_routes()}) {
            routes.insert(routes.end(), resource.begin(), resource.end());
        }
        return routes;
    }();
    return table;
}

std::string routes_text() {
    std::vector<std::string> lines;
    for (const route& route : all_routes()) {
        lines.push_back(fmt::format("{} {}\n", route.method, route.pattern));
    }
    std::ranges::sort(lines);
    return fmt::format("{}", fmt::join(lines, ""));
}

void add_routes(http::router& router, api_context& context) {
    for (const route& route : all_routes()) {
        http::route served;
        served.method = route.method;
        served.pattern = route.pattern;
        served.body_limit = domain::limits::console_body_bytes;
        served.on_head = [&context, &route](const http::request& head) {
            return serve_head(context, route, head);
        };
        router.add(std::move(served));
    }
    router.set_not_found([&context](http::request request) {
        return serve_unmatched(context, std::move(request));
    });
}

}  // namespace vf::console
