// The settings of this service. Start-up only.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/config/reader.hpp"
#include "vf/http/egress_policy.hpp"
#include "vf/http/name_options.hpp"
#include "vf/kafka/cluster.hpp"
#include "vf/runtime/service_main.hpp"

namespace vf::webhook_dispatcher {

struct settings {
    runtime::common_settings common;
    std::string database_url;
    std::size_t database_connections{6};
    kafka::cluster cluster;
    std::string replica;
    std::string master_key;  // base64
    http::egress_policy egress;
    std::vector<http::name_server> name_servers;  // empty: the system's
    vf::duration name_limit{};
    std::vector<vf::duration> retry_schedule;
    vf::duration sweep_interval{};
    vf::duration erasure_interval{};
    std::string signature_header;
};

[[nodiscard]] settings read_settings(config::reader& reader);

}  // namespace vf::webhook_dispatcher
