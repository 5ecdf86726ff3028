// What the normaliser needs of the database; every call is one transaction. Loop thread. Errors are
// those of the database.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "normaliser/ingest/plan_batch.hpp"
#include "normaliser/mail/match_mail.hpp"
#include "normaliser/mail/read_mail.hpp"
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

struct mail_lookup {
    bool decided{false};  // an outcome of that id stands already
    mail_candidates candidates;
};

// A decision about a notice, keyed by the notice's id.
struct mail_outcome {
    mail_notice notice;
    mail_match match;
    std::string body;
};

// What stands in the database, whoever decided it.
struct stored_mail {
    std::string type;
    std::string body;
    domain::external_user_id user;
    instant received_at{};
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

    // One answer a notice, in order.
    [[nodiscard]] virtual runtime::task<result<std::vector<mail_lookup>>> find_mail(
        std::vector<mail_notice> notices
    ) = 0;

    // Writes the outcomes that do not stand yet and answers what stands for each of `notices`,
    // in order; all of them must have been decided, now or before.
    [[nodiscard]] virtual runtime::task<result<std::vector<stored_mail>>> store_mail(
        std::vector<mail_outcome> decided, std::vector<mail_notice> notices
    ) = 0;
};

}  // namespace vf::normaliser
