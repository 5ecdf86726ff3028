// What a replay of a quarantine item publishes. The corrected record keeps the identity of the
// original, or, where that is another's, takes that of the item, so that its effect happens once
// however often it is replayed; and the time it was received, by which it is judged again. A
// natural event is known by what it says. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "console/api/replies.hpp"
#include "console/store/set_aside_store.hpp"
#include "vf/wire/record.hpp"

namespace vf::console {

struct replay_request {
    std::string reason;
    std::optional<std::string> body;     // the corrected record, JSON; the original's without
    std::optional<std::string> project;  // where the item does not have its own
};

// {"reason","body"?,"project"?}; `body` is the JSON as a string, or as an object taken verbatim.
[[nodiscard]] api_result<replay_request> parse_replay(std::string text);

struct replay_plan {
    wire::record record;
    std::string project;
    std::optional<std::string> event;  // evt_… of what will come of it
};

// Refusals: 422 on body, body.<path in the record>, project.
[[nodiscard]] api_result<replay_plan> plan_replay(
    const quarantine_row& item, const replay_request& request
);

}  // namespace vf::console
