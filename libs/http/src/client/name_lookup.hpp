// Names to addresses through the system's resolver, on threads of its own. Requests that ask for
// one name at one time share a look-up. Loop thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/http/egress_policy.hpp"
#include "vf/runtime/blocking_pool.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/task_group.hpp"

namespace vf::http {

class name_lookup {
public:
    explicit name_lookup(runtime::loop& events);

    // A literal and "localhost" answer at once. `with_search` leaves search domains in force.
    // Errors: transient/name_not_resolved, transient/timed_out.
    [[nodiscard]] runtime::task<result<std::vector<ip_address>>> find(
        std::string host, bool with_search, vf::duration limit
    );

private:
    struct pending;

    [[nodiscard]] runtime::task<> look_up(std::string name, std::shared_ptr<pending> into);

    runtime::loop& events_;
    std::map<std::string, std::shared_ptr<pending>> pending_;
    runtime::task_group tasks_;
    runtime::blocking_pool threads_;
};

}  // namespace vf::http
