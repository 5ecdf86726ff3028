// Which replica of its service this process is: VF_REPLICA, by default the name of the host, which
// in Kubernetes is the pod's. A replica that is started again is the same one; no two that run at
// once are. Start-up only.
#pragma once

#include <string>

#include "vf/config/reader.hpp"

namespace vf::kafka {

[[nodiscard]] std::string read_replica(config::reader& reader);

}  // namespace vf::kafka
