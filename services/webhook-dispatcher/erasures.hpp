// Webhooks about people who asked to be forgotten: events, deliveries and attempts go, and
// what comes late of the time before is not taken. Behind the normaliser, whose step ends that
// time. Pool thread, inside a transaction.
#pragma once

#include <optional>
#include <string>

#include "vf/postgres/transaction.hpp"
#include "vf/wire/messages.hpp"

namespace vf::webhook_dispatcher {

// The digest of project and user that erasures name people by; nothing when the body names
// nobody.
[[nodiscard]] std::optional<std::string> person_of(const wire::webhook_event& event);

// Whoever writes webhooks holds this together with others who do, so that an erasure, which waits
// for all of them, sees their events or is seen by them.
void hold_erasures(postgres::transaction& tx);

// Does the oldest erasure that is to be done here; false when there is none. Replicas may do it
// side by side.
[[nodiscard]] bool erase_next(postgres::transaction& tx);

}  // namespace vf::webhook_dispatcher
