// What the evaluator asks of its database. Called from the loop thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "trigger-evaluator/evaluate/evaluate.hpp"
#include "trigger-evaluator/evaluate/read_rules.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/runtime/task.hpp"
#include "vf/wire/messages.hpp"

namespace vf::trigger_evaluator {

// What waits, seen through the index of user_due.
struct backlog {
    bool any_due{false};
    // Some user's facts changed; since when is not written anywhere.
    bool any_marked{false};
    // How long ago the oldest timer ran out.
    duration oldest_timer{0};
};

// A user over whom the database, or our code, refuses to go on, or who takes too long.
struct refused_user {
    std::int64_t user_id{0};
    error why;
};

// Whom to evaluate alone.
struct single {
    std::optional<std::int64_t> user;  // nothing: the first that is due, but for `apart`
    std::vector<std::int64_t> apart{};
    duration put_off{0};
};

// What one transaction did.
struct slice {
    std::size_t users{0};
    std::vector<refused_user> refused{};
    std::size_t fires{0};
    std::size_t cancelled{0};  // drafts of users who may not be written to any more
    std::array<std::size_t, verdict_count> verdicts{};
    std::vector<rule_fault> faults;
};

class store {
public:
    virtual ~store() = default;

    [[nodiscard]] virtual runtime::task<result<backlog>> read_backlog() = 0;

    // In one transaction: locks at most `most` due users that nobody else holds, `apart` left out,
    // reads the time of the database after that, evaluates each, writes fires and drafts and when
    // each is due next. No users: nothing is due, or others have it. What is refused for somebody's
    // content, or takes too long, is an error of kind data: fewer users are to be tried.
    [[nodiscard]] virtual runtime::task<result<slice>> evaluate_due(
        std::size_t most, std::vector<std::int64_t> apart
    ) = 0;

    // One user in two transactions. The first puts the user off, the second evaluates and sets the
    // user forward as above. So whatever becomes of the second, the user is out of the way, and no
    // mark that a new fact sets meanwhile is overwritten. What would be an error of kind data is an
    // answer here. No users: there is none, or others have the user.
    [[nodiscard]] virtual runtime::task<result<slice>> evaluate_alone(single whom) = 0;

    // Fires that are not published yet, oldest first.
    [[nodiscard]] virtual runtime::task<result<std::vector<wire::rule_fired>>> unpublished(
        std::size_t most
    ) = 0;
    [[nodiscard]] virtual runtime::task<result<void>> mark_published(
        std::vector<wire::rule_fired> fires
    ) = 0;
};

}  // namespace vf::trigger_evaluator
