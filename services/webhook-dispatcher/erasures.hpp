// Webhooks that tell of people who asked to be forgotten: events, deliveries and attempts go, and
// what comes late of the time before is not taken. Behind the normaliser, whose step ends that
// time. The SQL runs on a pool thread, inside a transaction; `erase_people` on the loop thread.
// Errors are those of the database.
#pragma once

#include <optional>
#include <string>

#include "vf/base/clock.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"
#include "vf/wire/messages.hpp"

namespace vf::webhook_dispatcher {

// The digest of project and user that erasures name people by; nothing when the body tells of
// nobody.
[[nodiscard]] std::optional<std::string> person_of(const wire::webhook_event& event);

// Whoever makes webhooks shares this, so that an erasure sees all or is seen.
void hold_erasures(postgres::transaction& in);

// Does the oldest erasure that is to be done here; false when there is none.
[[nodiscard]] bool erase_next(postgres::transaction& in);

// Looks every `pause` until `stop`. Replicas may do it side by side.
[[nodiscard]] runtime::task<> erase_people(
    postgres::pool& database, vf::duration pause, runtime::signal& stop
);

}  // namespace vf::webhook_dispatcher
