// The settings of this service. Start-up only.
#pragma once

#include <cstddef>
#include <string>

#include "vf/base/clock.hpp"
#include "vf/config/reader.hpp"
#include "vf/kafka/cluster.hpp"
#include "vf/runtime/service_main.hpp"

namespace vf::trigger_evaluator {

struct settings {
    runtime::common_settings common;
    std::string database_url;
    std::size_t database_connections{2};
    kafka::cluster cluster;
    vf::duration evaluation_interval{};
    vf::duration erasure_interval{};
};

[[nodiscard]] settings read_settings(config::reader& reader);

}  // namespace vf::trigger_evaluator
