// The public API. Of the head: authenticate → is the broker there → rate limit; of the whole: plan
// → accept → reply. Loop thread.
#pragma once

#include <memory>

#include "ingest-gateway/api/accept.hpp"
#include "ingest-gateway/api/replies.hpp"
#include "ingest-gateway/api/route_traits.hpp"
#include "ingest-gateway/auth/authenticate.hpp"
#include "ingest-gateway/limits/quotas.hpp"
#include "ingest-gateway/metrics.hpp"
#include "vf/base/clock.hpp"
#include "vf/http/body_budget.hpp"
#include "vf/http/router.hpp"
#include "vf/runtime/task.hpp"

namespace vf::ingest_gateway {

struct route_dependencies {
    authenticator& authenticator;
    quotas& quotas;
    acceptor& acceptor;
    metrics& metrics;
    const clock& now;
    // What the bodies of mail count against that may be larger than usual.
    std::shared_ptr<http::body_budget> large_bodies;
};

class routes {
public:
    explicit routes(const route_dependencies& deps) : deps_{deps} {}

    // The routes refer to this object, which outlives the server.
    void add_to(http::router& router);

private:
    [[nodiscard]] runtime::task<http::head_result> judge_records(
        const route_traits& route, const http::request& head
    );
    [[nodiscard]] std::expected<customer, refusal> admit_customer(
        const route_traits& route, std::expected<customer, refusal> customer,
        rate_limit_status& rate
    );
    [[nodiscard]] runtime::task<http::response> answer_records(
        const route_traits& route, customer customer, rate_limit_status rate, http::request request
    );
    [[nodiscard]] runtime::task<outcome> accept_records(
        const route_traits& route, const customer& customer, const http::request& request
    );
    [[nodiscard]] runtime::task<http::head_result> judge_mail(const http::request& head);
    [[nodiscard]] runtime::task<authenticator::provider_result> admit_provider(
        const http::request& head
    );
    [[nodiscard]] runtime::task<http::response> answer_mail(
        domain::project_id project, http::request request
    );
    route_dependencies deps_;
};

}  // namespace vf::ingest_gateway
