#include "webhook-dispatcher/postgres_store.hpp"

#include <utility>

#include "webhook-dispatcher/attempt/delivery_sql.hpp"
#include "webhook-dispatcher/fan_out/fan_out_sql.hpp"

namespace vf::webhook_dispatcher {

runtime::task<result<fanned_out>> postgres_store::fan_out_new(
    std::vector<wire::webhook_event> events, duration first_delay
) {
    auto work = [&events, first_delay](postgres::transaction& tx) {
        return fan_out_in(tx, std::move(events), first_delay);
    };
    auto done = co_await database_.transact(work);
    co_return done;
}

runtime::task<result<std::vector<lane_item>>> postgres_store::start_again(
    std::vector<resend> resends
) {
    auto work = [&resends](postgres::transaction& tx) { return start_again_in(tx, resends); };
    auto done = co_await database_.transact(work);
    co_return done;
}

runtime::task<result<std::vector<leased_delivery>>> postgres_store::lease(
    std::vector<domain::delivery_id> deliveries, std::string token
) {
    auto work = [this, &deliveries, &token](postgres::transaction& tx) {
        return lease_in(tx, deliveries, token, lease_);
    };
    auto done = co_await database_.transact(work);
    co_return done;
}

runtime::task<result<void>> postgres_store::release(std::string token) {
    auto work = [&token](postgres::transaction& tx) { release_in(tx, token); };
    auto done = co_await database_.transact(work);
    co_return done;
}

runtime::task<result<std::vector<domain::delivery_id>>> postgres_store::record_outcomes(
    std::vector<outcome> outcomes
) {
    auto work = [&outcomes](postgres::transaction& tx) { return record_outcomes_in(tx, outcomes); };
    auto done = co_await database_.transact(work);
    co_return done;
}

runtime::task<result<std::vector<due_delivery>>> postgres_store::due(
    sweep_cursor after, std::vector<std::string> full, std::size_t most
) {
    auto work = [&after, &full, most](postgres::transaction& tx) {
        return due_in(tx, after, full, most);
    };
    auto done = co_await database_.transact(work);
    co_return done;
}

runtime::task<result<duration>> postgres_store::oldest_due() {
    auto work = [](postgres::transaction& tx) { return oldest_due_in(tx); };
    auto done = co_await database_.transact(work);
    co_return done;
}

runtime::task<result<std::vector<dead_delivery>>> postgres_store::unpublished_dead(std::size_t most
) {
    auto work = [most](postgres::transaction& tx) { return unpublished_dead_in(tx, most); };
    auto done = co_await database_.transact(work);
    co_return done;
}

runtime::task<result<void>> postgres_store::mark_published(std::vector<dead_delivery> dead) {
    auto work = [&dead](postgres::transaction& tx) { mark_published_in(tx, dead); };
    auto done = co_await database_.transact(work);
    co_return done;
}

}  // namespace vf::webhook_dispatcher
