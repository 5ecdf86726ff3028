// The public API: each door is authenticate → rate limit → plan → accept → reply. Loop thread.
#pragma once

#include "ingest-gateway/api/accept.hpp"
#include "ingest-gateway/api/replies.hpp"
#include "ingest-gateway/api/route_traits.hpp"
#include "ingest-gateway/auth/authenticate.hpp"
#include "ingest-gateway/limits/quotas.hpp"
#include "ingest-gateway/metrics.hpp"
#include "vf/base/clock.hpp"
#include "vf/http/router.hpp"
#include "vf/runtime/task.hpp"

namespace vf::ingest_gateway {

struct route_dependencies {
    authenticate& who;
    quotas& shared;
    accept& taking;
    metrics& metrics;
    const clock& now;
};

class routes {
public:
    explicit routes(const route_dependencies& deps) : deps_{deps} {}

    // The routes refer to this object, which outlives the server.
    void add_to(http::router& table);

private:
    [[nodiscard]] runtime::task<http::response> answer_records(
        const route_traits& route, http::request request
    );
    [[nodiscard]] runtime::task<outcome> take_records(
        const route_traits& route, const http::request& request, rate_state& rate
    );
    [[nodiscard]] runtime::task<http::response> answer_mail(http::request request);
    [[nodiscard]] runtime::task<outcome> take_mail(const http::request& request);

    route_dependencies deps_;
};

}  // namespace vf::ingest_gateway
