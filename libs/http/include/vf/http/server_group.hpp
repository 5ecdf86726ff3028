// Servers of one address on several loops of a process. The kernel deals connections out to them by
// a hash: of a hundred, one loop may get twice as many as another and be full while that one idles.
// In a group a connection goes to whichever server has fewest. Given to servers as an option; all
// members outlive each other's loops. Any thread.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

namespace vf::http {

struct server_state;

class server_group {
public:
    void join(const std::shared_ptr<server_state>& member);
    void leave(const server_state& member);
    // Of the members; null when there is none.
    [[nodiscard]] std::shared_ptr<server_state> fewest_connections();

private:
    std::mutex mutex_;
    std::vector<std::weak_ptr<server_state>> members_;
};

}  // namespace vf::http
