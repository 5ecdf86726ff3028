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
runtime::task<refusal> why_nobody(desk& at, const http::headers& sent) {
    const auto key = api_key_in(sent);
    if (!key) {
        co_return nobody();
    }
    const auto digest = crypto::api_key_digest(*key);
    auto work = [&digest](postgres::transaction& in) { return is_live_key(in, digest); };
    const auto live = co_await at.database.transact(work);
    if (live && *live) {
        co_return refusal{403, "forbidden", "an API key does not open the console", {}};
    }
    co_return nobody();
}

runtime::task<answered<http::response>> answer(
    desk& at, const route& chosen, http::request request
) {
    auto who = authenticate(request.headers, at.admin_token);
    if (!who) {
        auto why = co_await why_nobody(at, request.headers);
        co_return std::unexpected(std::move(why));
    }
    if (!may(*who, chosen.needed)) {
        co_return std::unexpected(refusal{403, "forbidden", "this token may not do that", {}});
    }
    if (!is_clean(request)) {
        co_return bad_request("the URL must be UTF-8 without NUL");
    }
    call made{std::move(request), std::move(*who)};
    auto answered_with = co_await chosen.run(at, std::move(made));
    co_return answered_with;
}

runtime::task<http::response> serve(desk& at, const route& chosen, http::request request) {
    auto answered_with = co_await answer(at, chosen, std::move(request));
    auto response = answered_with ? std::move(*answered_with) : reply(answered_with.error());
    at.metrics.answered(chosen.pattern, response.status);
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
    return unknown().error();
}

runtime::task<http::response> serve_unmatched(desk& at, http::request request) {
    const refusal why = why_unmatched(request, at.admin_token);
    at.metrics.answered("unmatched", why.status);
    co_return reply(why);
}

}  // namespace

const std::vector<route>& all_routes() {
    static const std::vector<route> table = [] {
        std::vector<route> made;
        for (const std::span<const route> some :
             {project_routes(), key_routes(), endpoint_routes(), user_routes(), erasure_routes(),
              retention_routes(), event_routes(), rule_routes(), draft_routes(), delivery_routes(),
              quarantine_routes(), dead_letter_routes(), audit_routes(), pipeline_routes(),
              lifeline_routes()}) {
            made.insert(made.end(), some.begin(), some.end());
        }
        return made;
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

void add_routes(http::router& into, desk& at) {
    for (const route& one : all_routes()) {
        http::route made;
        made.method = one.method;
        made.pattern = one.pattern;
        made.body_limit = domain::limits::console_body_bytes;
        made.handler = [&at, &one](http::request request) {
            return serve(at, one, std::move(request));
        };
        into.add(std::move(made));
    }
    into.set_not_found([&at](http::request request) {
        return serve_unmatched(at, std::move(request));
    });
}

}  // namespace vf::console
