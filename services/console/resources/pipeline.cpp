#include "console/resources/pipeline.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "console/api/found.hpp"

namespace vf::console {

namespace {

struct figures {
    std::vector<stage_row> stages;
};

void write(json::writer& out, const figures& figures) {
    out.begin_object().key("stages");
    write_all(out, figures.stages);
    out.end_object();
}

api_answer get_pipeline(api_context& context, api_request) {
    const instant now = context.clock.now();
    auto work = [&](postgres::transaction& tx) {
        return std::optional{figures{read_pipeline(tx, now)}};
    };
    auto found = co_await context.database.transact(work);
    co_return reply_one(found);
}

constexpr std::array routes{
    route{"GET", "/v1/pipeline", role::view, get_pipeline},
};

}  // namespace

void write(json::writer& out, const stage_row& row) {
    out.begin_object().member("stage", row.stage).member("waiting", row.waiting);
    // Milliseconds are finer than anybody acts on.
    const double seconds = std::round(row.oldest_seconds * 1000) / 1000;
    out.key("oldest_seconds").raw(fmt::format("{}", seconds)).end_object();
}

std::span<const route> pipeline_routes() {
    return routes;
}

}  // namespace vf::console
