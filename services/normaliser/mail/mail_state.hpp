// What stands of the people and addresses that a batch of notices is about, and of the notices
// themselves: what is decided from. Pure data; loaded under the locks of its transaction.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "normaliser/mail/match_mail.hpp"
#include "normaliser/users/suppressions.hpp"
#include "normaliser/users/user_status.hpp"
#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"

namespace vf::normaliser {

struct mail_user {
    std::int64_t user_id{0};
    domain::project_id project;
    std::string email;  // empty: none
    user_permission permission;
    user_permission before{};  // as in the row
    std::string status{};      // as in the row
};

struct soft_bounce {
    std::string event_id;
    instant occurred_at{};
};

struct mail_state {
    std::set<std::int64_t> present;           // of the users that are matched those that are there
    std::map<std::int64_t, mail_user> users;  // who may change, or has an address that may
    normaliser::suppressions suppressions;
    std::map<address_name, std::vector<soft_bounce>> soft_bounces;  // in a row, in any order
};

// One notice and what it meets.
struct mail_lookup {
    std::set<std::string> decided;  // ids of its outcomes that stand already
    mail_candidates candidates;
};

}  // namespace vf::normaliser
