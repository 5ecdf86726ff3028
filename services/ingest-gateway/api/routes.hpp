// The public API: each door is authenticate → rate limit → plan → accept → reply. Loop thread.
#pragma once

#include "ingest-gateway/api/accept.hpp"
#include "ingest-gateway/api/door.hpp"
#include "ingest-gateway/api/replies.hpp"
#include "ingest-gateway/auth/authenticate.hpp"
#include "ingest-gateway/limits/quotas.hpp"
#include "ingest-gateway/metrics.hpp"
#include "vf/base/clock.hpp"
#include "vf/http/router.hpp"
#include "vf/runtime/task.hpp"

namespace vf::ingest_gateway {

struct route_parts {
    authenticate& who;
    quotas& shared;
    accept& taking;
    metrics& counted;
    const clock& now;
};

class routes {
public:
    explicit routes(const route_parts& parts) : parts_{parts} {}

    // The routes refer to this object, which outlives the server.
    void add_to(http::router& table);

private:
    [[nodiscard]] runtime::task<http::response> answer_records(
        const door_traits& at, http::request asked
    );
    [[nodiscard]] runtime::task<outcome> take_records(
        const door_traits& at, const http::request& asked, rate_state& told
    );
    [[nodiscard]] runtime::task<http::response> answer_mail(http::request asked);
    [[nodiscard]] runtime::task<outcome> take_mail(const http::request& asked);

    route_parts parts_;
};

}  // namespace vf::ingest_gateway
