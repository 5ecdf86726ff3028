#include "vf/http/server_group.hpp"

#include "server/server_state.hpp"

namespace vf::http {

void server_group::join(const std::shared_ptr<server_state>& member) {
    const std::scoped_lock locked{mutex_};
    members_.push_back(member);
}

void server_group::leave(const server_state& member) {
    const std::scoped_lock locked{mutex_};
    std::erase_if(members_, [&member](const auto& each) {
        const auto alive = each.lock();
        return alive == nullptr || alive.get() == &member;
    });
}

std::shared_ptr<server_state> server_group::fewest_connections() {
    const std::scoped_lock locked{mutex_};
    std::shared_ptr<server_state> found;
    for (const auto& each : members_) {
        auto member = each.lock();
        if (member != nullptr && (found == nullptr || member->connections < found->connections)) {
            found = std::move(member);
        }
    }
    return found;
}

}  // namespace vf::http
