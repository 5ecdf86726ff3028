#include "console/resources/pipeline.hpp"

#include <array>

#include "console/api/found.hpp"

namespace vf::console {

namespace {

struct figures {
    std::vector<stage_row> stages;
};

void write(json::writer& out, const figures& it) {
    out.begin_object().key("stages");
    write_all(out, it.stages);
    out.end_object();
}

runtime::task<api_result<http::response>> get_pipeline(api_context& context, api_call) {
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

std::span<const route> pipeline_routes() {
    return routes;
}

}  // namespace vf::console
