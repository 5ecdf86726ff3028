// A batch of mail notices to what is decided, what was decided before and what is set aside. Core.
#pragma once

#include <cstddef>
#include <vector>

#include "normaliser/ingest/decode.hpp"
#include "normaliser/ingest/plan_batch.hpp"
#include "normaliser/store.hpp"

namespace vf::normaliser {

struct read_mails {
    std::vector<mail_notice> notices;
    std::vector<std::size_t> from;  // the record each notice came in
    std::vector<set_aside_at> aside;
    std::size_t ignored{0};
};

[[nodiscard]] read_mails read_mail_batch(const std::vector<decoded_mail>& decoded);

struct decided_mails {
    std::vector<mail_outcome> outcomes;  // decided now
    std::vector<mail_notice> told;       // decided now or before, in order
    std::vector<set_aside_at> aside;
};

// `found` has one answer for each notice, in order.
[[nodiscard]] decided_mails decide_mail_batch(
    const read_mails& read, const std::vector<mail_finding>& found
);

}  // namespace vf::normaliser
