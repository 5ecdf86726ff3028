// The dispatcher's SQL. When something is due and whose lease has ended is judged by the clock of
// the database, which all replicas share. The statements are in fan_out_sql and delivery_sql.
#pragma once

#include "vf/postgres/pool.hpp"
#include "webhook-dispatcher/store.hpp"

namespace vf::webhook_dispatcher {

class postgres_store final : public store {
public:
    // `lease` covers an attempt from the lease to its deadline, and the margin to write about it.
    postgres_store(postgres::pool& database, duration lease) : database_{database}, lease_{lease} {}

    [[nodiscard]] runtime::task<result<fanned_out>> fan_out_new(
        std::vector<wire::webhook_event> events, duration first_delay
    ) override;
    [[nodiscard]] runtime::task<result<std::vector<lane_item>>> start_again(
        std::vector<resend> resends
    ) override;
    [[nodiscard]] runtime::task<result<std::vector<leased_delivery>>> lease(
        std::vector<domain::delivery_id> deliveries, std::string token
    ) override;
    [[nodiscard]] runtime::task<result<void>> release(std::string token) override;
    [[nodiscard]] runtime::task<result<std::vector<domain::delivery_id>>> record_outcomes(
        std::vector<outcome> outcomes
    ) override;
    [[nodiscard]] runtime::task<result<std::vector<due_delivery>>> due(
        sweep_cursor after, std::vector<std::string> full, std::size_t most
    ) override;
    [[nodiscard]] runtime::task<result<duration>> oldest_due() override;
    [[nodiscard]] runtime::task<result<std::vector<dead_delivery>>> unpublished_dead(
        std::size_t most
    ) override;
    [[nodiscard]] runtime::task<result<void>> mark_published(std::vector<dead_delivery> dead
    ) override;

private:
    postgres::pool& database_;
    duration lease_;
};

}  // namespace vf::webhook_dispatcher
