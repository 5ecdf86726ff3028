// What the normaliser needs of the database; every call is one transaction. Loop thread. Errors are
// those of the database.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "normaliser/ingest/plan_batch.hpp"
#include "normaliser/mail/decide_mail.hpp"
#include "normaliser/mail/mail_notice.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/runtime/task.hpp"

namespace vf::normaliser {

// What a batch changed: repeats of what was there already change nothing.
struct ingest_written {
    std::size_t users{0};
    std::size_t events{0};
    std::size_t repeats{0};
    std::size_t attached{0};  // events that waited for their user
    std::size_t erased{0};    // of people who asked to be forgotten after the record was received
    // Indices of the records that were not written: their key belongs to another body. Ascending.
    std::vector<std::size_t> conflicts{};
    // And of those whose user would hold more traits than one may. Ascending.
    std::vector<std::size_t> over_cap{};
};

// What stands in the database, whoever decided it.
struct stored_mail {
    domain::event_id id;
    std::string type;
    std::string body;
    domain::external_user_id user;
    instant received_at{};
};

// What became of a notice.
struct settled_mail {
    std::vector<stored_mail> announced;       // webhook events, decided now or before
    std::optional<std::string_view> refused;  // a reason code: nothing is decided
};

class store {
public:
    virtual ~store() = default;

    // Those of `projects` that exist.
    [[nodiscard]] virtual runtime::task<result<std::vector<domain::project_id>>> find_projects(
        std::vector<domain::project_id> projects
    ) = 0;

    // Resolves the unverified claims, claims every record that is left and gives effect to those
    // that were not claimed before.
    [[nodiscard]] virtual runtime::task<result<ingest_written>> write(
        ingest_batch batch, instant now
    ) = 0;

    // Decides the notices that are not decided yet, with every effect, and answers what stands of
    // each, in order. `now` is the time of the statuses.
    [[nodiscard]] virtual runtime::task<result<std::vector<settled_mail>>> settle_mail(
        std::vector<mail_notice> notices, mail_policy policy, instant now
    ) = 0;
};

}  // namespace vf::normaliser
