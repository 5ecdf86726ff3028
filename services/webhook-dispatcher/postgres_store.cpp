#include "webhook-dispatcher/postgres_store.hpp"

#include <utility>

#include "webhook-dispatcher/attempt/delivery_sql.hpp"
#include "webhook-dispatcher/fan_out/fan_out_sql.hpp"

namespace vf::webhook_dispatcher {

runtime::task<result<fanned_out>> postgres_store::fan_out_new(
    std::vector<wire::webhook_event> events, duration first_delay
) {
    auto work = [&events, first_delay](postgres::transaction& in) {
        return fan_out_in(in, std::move(events), first_delay);
    };
    auto done = co_await database_.transact(work);
    co_return done;
}

runtime::task<result<std::vector<lane_item>>> postgres_store::start_again(
    std::vector<resend> resends
) {
    auto work = [&resends](postgres::transaction& in) { return start_again_in(in, resends); };
    auto done = co_await database_.transact(work);
    co_return done;
}

runtime::task<result<std::vector<leased_delivery>>> postgres_store::lease(
    std::vector<domain::delivery_id> wanted, std::string token
) {
    auto work = [this, &wanted, &token](postgres::transaction& in) {
        return lease_in(in, wanted, token, lease_);
    };
    auto done = co_await database_.transact(work);
    co_return done;
}

runtime::task<result<void>> postgres_store::release(std::string token) {
    auto work = [&token](postgres::transaction& in) { release_in(in, token); };
    auto done = co_await database_.transact(work);
    co_return done;
}

runtime::task<result<std::vector<domain::delivery_id>>> postgres_store::settle(
    std::vector<outcome> outcomes
) {
    auto work = [&outcomes](postgres::transaction& in) { return settle_in(in, outcomes); };
    auto done = co_await database_.transact(work);
    co_return done;
}

runtime::task<result<std::vector<due_delivery>>> postgres_store::due(
    sweep_cursor after, std::vector<std::string> full, std::size_t most
) {
    auto work = [&after, &full, most](postgres::transaction& in) {
        return due_in(in, after, full, most);
    };
    auto done = co_await database_.transact(work);
    co_return done;
}

runtime::task<result<duration>> postgres_store::oldest_due() {
    auto work = [](postgres::transaction& in) { return oldest_due_in(in); };
    auto done = co_await database_.transact(work);
    co_return done;
}

runtime::task<result<std::vector<dead_delivery>>> postgres_store::unannounced_dead(std::size_t most
) {
    auto work = [most](postgres::transaction& in) { return unannounced_dead_in(in, most); };
    auto done = co_await database_.transact(work);
    co_return done;
}

runtime::task<result<void>> postgres_store::mark_announced(std::vector<dead_delivery> told) {
    auto work = [&told](postgres::transaction& in) { mark_announced_in(in, told); };
    auto done = co_await database_.transact(work);
    co_return done;
}

}  // namespace vf::webhook_dispatcher
