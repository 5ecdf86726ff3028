// The part of the group core that joins the group, leaves it, and stands by while another process
// has its place.
#include <array>

#include <boost/asio/post.hpp>

#include "consumer/group_core.hpp"
#include "consumer/partition_lists.hpp"
#include "consumer/source_client.hpp"

namespace vf::kafka {

namespace asio = boost::asio;

namespace {

using steady = std::chrono::steady_clock;

// For what is left of a join, a commit, and the broker's answer.
constexpr vf::duration leave_limit = std::chrono::seconds{3};

// Empty before the first join and once LeaveGroup has been sent.
bool has_member_id(rd_kafka_t* client) {
    char* id = rd_kafka_memberid(client);
    const bool some = id != nullptr && *id != '\0';
    if (id != nullptr) {
        rd_kafka_mem_free(client, id);
    }
    return some;
}

}  // namespace

result<void> group_core::connect() {
    auto client = make_source_client(options_, joins_);
    if (!client) {
        return forward(client);
    }
    client_ = std::move(*client);
    rd_kafka_poll_set_consumer(client_.get());
    queue_.reset(rd_kafka_queue_get_consumer(client_.get()));
    rd_kafka_set_log_queue(client_.get(), queue_.get());

    auto pump = listen(queue_.get());
    if (!pump) {
        return forward(pump);
    }
    pump_ = std::move(*pump);
    commit_queue_.reset(rd_kafka_queue_new(client_.get()));
    auto commit_pump = listen(commit_queue_.get());
    if (!commit_pump) {
        return forward(commit_pump);
    }
    commit_pump_ = std::move(*commit_pump);
    return {};
}

result<void> group_core::join() {
    const auto partitions = empty_list(options_.topics.size());
    for (const std::string& topic : options_.topics) {
        rd_kafka_topic_partition_list_add(partitions.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    }
    const rd_kafka_resp_err_t code = rd_kafka_subscribe(client_.get(), partitions.get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return fail(failure::permanent, "kafka_configuration", rd_kafka_err2str(code));
    }
    return {};
}

void group_core::disconnect() {
    watch_.reset();
    revocation_.reset();
    committing_.clear();
    commit_answered_.notify();
    commit_pump_.reset();
    pump_.reset();
    commit_queue_.reset();
    queue_.reset();
    client_.reset();
}

// Whoever joins last under an id has its place: a process that was started again takes it from the
// one that died. Taken from a living one, it must not be taken back: the two would go on for ever.
void group_core::stand_by() {
    if (fenced_) {
        return;
    }
    fenced_ = true;
    metrics_.fenced.increment();
    log_.out().error(
        "another process has joined under our replica id: this one stands by until that one is "
        "gone; give each replica a VF_REPLICA of its own",
        {{"client", options_.client_id},
         {"group", options_.group},
         {"instance", options_.instance_id}}
    );
    // Not from here: the pump of the client that is replaced is below us on the stack.
    asio::post(context_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->replace_client();
        }
    });
}

void group_core::replace_client() {
    if (client_ == nullptr || stopped_) {
        return;
    }
    disconnect();
    buffer_.revoked(buffer_.owned());
    joins_.reset();
    joined_ = false;
    paused_ = false;
    if (auto connected = connect(); !connected) {
        return fail_for_good(connected.error().detail);
    }
    watch_.emplace(client_.get(), options_.group, options_.instance_id);
}

void group_core::rejoin_when_free() {
    if (!watch_) {
        return;
    }
    const auto taken = watch_->taken();
    if (taken.value_or(true)) {
        return watch_->ask();
    }
    log_.out().info(
        "our replica id is free again",
        {{"client", options_.client_id}, {"instance", options_.instance_id}}
    );
    watch_.reset();
    fenced_ = false;
    if (auto joined = join(); !joined) {
        fail_for_good(joined.error().detail);
    }
}

std::string group_core::trouble() const {
    return fenced_ ? "another process has joined as " + options_.instance_id : log_.refusal();
}

bool group_core::begin_leaving() {
    stop();
    abandon();
    leaving_ = leaving::after_join;
    leave_until_ = steady::now() + options_.revoke_limit + leave_limit;
    return client_ != nullptr;
}

// By closing alone, librdkafka keeps the place of a static member until its session ends; by
// unsubscribing first it sends LeaveGroup, once the partitions are given back.
bool group_core::has_left() {
    if (client_ == nullptr) {
        return true;
    }
    pump_->serve();
    const bool late = steady::now() >= leave_until_;
    switch (leaving_) {
        case leaving::after_join:
            if (joining() && !late) {
                return false;
            }
            rd_kafka_unsubscribe(client_.get());
            leaving_ = leaving::unsubscribed;
            return false;
        case leaving::unsubscribed:
            if (has_member_id(client_.get()) && !late) {
                return false;
            }
            leaving_ = leaving::closing;
            {
                const error_handle refused{
                    rd_kafka_consumer_close_queue(client_.get(), queue_.get())
                };
                return refused != nullptr;
            }
        case leaving::closing:
            return rd_kafka_consumer_closed(client_.get()) != 0;
    }
    return true;
}

}  // namespace vf::kafka
