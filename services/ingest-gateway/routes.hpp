// The public API: each door is authenticate → parse → ids → records → accept → reply. Loop thread.
#pragma once

#include <expected>
#include <vector>

#include "accept.hpp"
#include "authenticate.hpp"
#include "metrics.hpp"
#include "replies.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/http/router.hpp"
#include "vf/runtime/task.hpp"
#include "vf/wire/record.hpp"

namespace vf::ingest_gateway {

struct route_parts {
    authenticate& who;
    accept& taking;
    metrics& counted;
    const clock& now;
    random& randomness;
};

class routes {
public:
    explicit routes(const route_parts& parts) : parts_{parts} {}

    // The routes refer to this object, which outlives the server.
    void add_to(http::router& table);

private:
    [[nodiscard]] runtime::task<http::response> answer_records(door at, http::request asked);
    [[nodiscard]] runtime::task<outcome> take_records(door at, const http::request& asked);
    [[nodiscard]] runtime::task<http::response> answer_mail(http::request asked);
    [[nodiscard]] runtime::task<outcome> take_mail(const http::request& asked);

    route_parts parts_;
};

}  // namespace vf::ingest_gateway
