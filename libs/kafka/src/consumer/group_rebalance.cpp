// The part of the group core that gains and gives back partitions.
#include <string_view>

#include "consumer/group_core.hpp"
#include "consumer/partition_lists.hpp"

namespace vf::kafka {

namespace {

using steady = std::chrono::steady_clock;

bool is_cooperative(rd_kafka_t* client) {
    return std::string_view{rd_kafka_rebalance_protocol(client)} == "COOPERATIVE";
}

}  // namespace

void group_core::on_rebalance(rd_kafka_event_t* event) {
    metrics_.rebalances.increment();
    const rd_kafka_topic_partition_list_t* list = rd_kafka_event_topic_partition_list(event);
    if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        assign(list);
    } else {
        revoke(list);
    }
}

void group_core::assign(const rd_kafka_topic_partition_list_t* assigned) {
    if (is_cooperative(client_.get())) {
        report(rd_kafka_incremental_assign(client_.get(), assigned), "assign");
    } else if (rd_kafka_assign(client_.get(), assigned) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        log_.out().error("partitions were not assigned", {{"client", options_.client_id}});
    }
    buffer_.assigned(ids_of(*assigned));
    joined_ = true;
    log_.accepted();
    // Each round of a cooperative rebalance is an assignment, mostly an empty one.
    if (assigned->cnt > 0) {
        log_.out().info(
            "partitions assigned", {{"client", options_.client_id}, {"count", assigned->cnt}}
        );
    }
    if (paused_) {
        rd_kafka_pause_partitions(client_.get(), make_list(ids_of(*assigned)).get());
    }
}

void group_core::revoke(const rd_kafka_topic_partition_list_t* revoked) {
    revocation pending{copy_list(revoked), ids_of(*revoked), steady::now() + options_.revoke_limit};
    buffer_.revoking(pending.ids);
    const bool lost = rd_kafka_assignment_lost(client_.get()) != 0;
    log_.out().info(
        lost ? "partitions lost" : "partitions revoked",
        {{"client", options_.client_id}, {"count", revoked->cnt}}
    );
    if (lost || !buffer_.unfinished(pending.ids)) {
        unassign(std::move(pending));
        return;
    }
    revocation_ = std::move(pending);
    send_commit();
}

void group_core::revoke_when_finished() {
    if (!revocation_) {
        return;
    }
    // Lost while we were waiting: another member has them already.
    const bool late =
        steady::now() >= revocation_->deadline || rd_kafka_assignment_lost(client_.get()) != 0;
    if (late || !buffer_.unfinished(revocation_->ids)) {
        revocation pending = std::move(*revocation_);
        revocation_.reset();
        unassign(std::move(pending));
    }
}

void group_core::unassign(revocation revocation) {
    buffer_.revoked(revocation.ids);
    joins_.expect_join(steady::now());
    if (is_cooperative(client_.get())) {
        report(rd_kafka_incremental_unassign(client_.get(), revocation.list.get()), "unassign");
    } else {
        rd_kafka_assign(client_.get(), nullptr);
    }
    resume_when_low();
}

void group_core::report(rd_kafka_error_t* refused, std::string_view what) {
    const error_handle error{refused};
    if (error != nullptr) {
        log_.out().error(
            "a change of partitions was refused", {{"client", options_.client_id},
                                                   {"change", what},
                                                   {"detail", rd_kafka_error_string(error.get())}}
        );
    }
}

}  // namespace vf::kafka
