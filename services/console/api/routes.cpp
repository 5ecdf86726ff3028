#include "console/api/routes.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "console/api/audit.hpp"
#include "console/resources/dead_letters.hpp"
#include "console/resources/deliveries.hpp"
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

// A customer's live API key is a valid key for something else.
runtime::task<refusal> why_nobody(api_context& context, const http::headers& sent) {
    const auto key = api_key_in(sent);
    if (!key) {
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

runtime::task<api_result<http::response>> answer(
    api_context& context, const route& chosen, http::request request
) {
    auto who = authenticate(request.headers, context.admin_token);
    if (!who) {
        auto why = co_await why_nobody(context, request.headers);
        co_return std::unexpected(std::move(why));
    }
    if (!may(*who, chosen.needed)) {
        co_return std::unexpected(refusal{403, "forbidden", "this token may not do that", {}});
    }
    if (!is_clean(request)) {
        co_return bad_request("the URL must be UTF-8 without NUL");
    }
    api_call call{std::move(request), std::move(*who)};
    auto answered_with = co_await chosen.run(context, std::move(call));
    co_return answered_with;
}

runtime::task<http::response> serve(
    api_context& context, const route& chosen, http::request request
) {
    auto answered_with = co_await answer(context, chosen, std::move(request));
    auto response = answered_with ? std::move(*answered_with) : reply(answered_with.error());
    context.metrics.answered(chosen.pattern, response.status);
    co_return response;
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
        for (const std::span<const route> some :
             {project_routes(), key_routes(), endpoint_routes(), user_routes(), erasure_routes(),
              retention_routes(), event_routes(), rule_routes(), draft_routes(), delivery_routes(),
              quarantine_routes(), dead_letter_routes(), audit_routes(), pipeline_routes(),
              lifeline_routes()}) {
            routes.insert(routes.end(), some.begin(), some.end());
        }
        return routes;
    }();
    return table;
}

std::string routes_text() {
    std::vector<std::string> lines;
    for (const route& one : all_routes()) {
        lines.push_back(fmt::format("{} {}\n", one.method, one.pattern));
    }
    std::ranges::sort(lines);
    return fmt::format("{}", fmt::join(lines, ""));
}

void add_routes(http::router& router, api_context& context) {
    for (const route& one : all_routes()) {
        http::route route;
        route.method = one.method;
        route.pattern = one.pattern;
        route.body_limit = domain::limits::console_body_bytes;
        route.handler = [&context, &one](http::request request) {
            return serve(context, one, std::move(request));
        };
        router.add(std::move(route));
    }
    router.set_not_found([&context](http::request request) {
        return serve_unmatched(context, std::move(request));
    });
}

}  // namespace vf::console
