// The two ways to the broker: of what is of usual size, and of large mail. Fifty megabytes on the
// way hold up nobody's event, because they have connections, room and time of their own. Owned by
// app; loop thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "ingest-gateway/config.hpp"
#include "vf/kafka/producer.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::ingest_gateway {

class producers {
public:
    // Errors: those of kafka::producer::create.
    [[nodiscard]] static result<producers> create(
        runtime::loop& events, const settings& settings, std::string_view client_id,
        telemetry::registry& registry
    );

    [[nodiscard]] runtime::task<result<void>> warm_up(vf::duration limit);

    [[nodiscard]] kafka::producer& usual() { return *usual_; }

    [[nodiscard]] kafka::producer& large() { return *large_; }

    // Why the brokers do not let us in; empty when they do, or nobody knows better.
    [[nodiscard]] std::string refusal() const { return usual_->refusal(); }

private:
    using owned_producer = std::unique_ptr<kafka::producer>;

    producers(owned_producer usual, owned_producer large)
        : usual_{std::move(usual)}, large_{std::move(large)} {}

    owned_producer usual_;
    owned_producer large_;
};

}  // namespace vf::ingest_gateway
