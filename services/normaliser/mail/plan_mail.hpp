// A batch of mail notices to what is decided, what was decided before and what is set aside. Core.
#pragma once

#include <cstddef>
#include <vector>

#include "normaliser/store.hpp"
#include "vf/consumer/stage.hpp"

namespace vf::normaliser {

struct read_notices {
    std::vector<mail_notice> notices;
    std::vector<std::size_t> indices;  // of the record each notice came in
    std::vector<consumer::refusal> set_aside;
    std::size_t ignored{0};
};

[[nodiscard]] read_notices read_mail_batch(const consumer::batch<wire::mail_event>& messages);

struct mail_decisions {
    std::vector<mail_outcome> outcomes;    // decided now
    std::vector<mail_notice> to_announce;  // decided now or before, in order
    std::vector<consumer::refusal> set_aside;
};

// `found` has one answer for each notice, in order.
[[nodiscard]] mail_decisions decide_mail_batch(
    const read_notices& read, const std::vector<mail_lookup>& found
);

}  // namespace vf::normaliser
