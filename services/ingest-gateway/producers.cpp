#include "ingest-gateway/producers.hpp"

#include <chrono>
#include <cstdint>

namespace vf::ingest_gateway {

namespace {

// Both below the handler's limit: a request whose records the broker does not take is still
// answered.
constexpr vf::duration delivery_limit = std::chrono::seconds{8};
constexpr vf::duration large_delivery_limit = std::chrono::seconds{12};

}  // namespace

result<producers> producers::create(
    runtime::loop& events, const settings& settings, std::string_view client_id,
    telemetry::registry& registry
) {
    kafka::producer_options options;
    options.cluster = settings.cluster;
    options.client_id = client_id;
    options.delivery_timeout = delivery_limit;
    options.partition_interval = settings.partition_interval;
    auto usual = kafka::producer::create(events, options, registry);
    if (!usual) {
        return forward(usual);
    }
    options.name = "large";
    options.delivery_timeout = large_delivery_limit;
    // Whatever the budget of large bodies has let in.
    options.bytes_max = static_cast<std::int64_t>(settings.large_bodies.total);
    auto large = kafka::producer::create(events, options, registry);
    if (!large) {
        return forward(large);
    }
    return producers{std::move(*usual), std::move(*large)};
}

runtime::task<result<void>> producers::warm_up(vf::duration limit) {
    auto warm = co_await usual_->warm_up(limit);
    if (!warm) {
        co_return warm;
    }
    co_return co_await large_->warm_up(limit);
}

}  // namespace vf::ingest_gateway
