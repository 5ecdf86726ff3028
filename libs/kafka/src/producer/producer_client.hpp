// One librdkafka producer with the topics it has sent to, until a fatal error ends it. Any thread,
// but for what says otherwise.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "client/handles.hpp"
#include "producer/partitioner.hpp"
#include "vf/base/error.hpp"
#include "vf/kafka/producer.hpp"
#include "vf/wire/record.hpp"

namespace vf::kafka {

class producer_client {
public:
    // `partitioner` outlives it. Errors: permanent/kafka_configuration.
    [[nodiscard]] static result<std::unique_ptr<producer_client>> create(
        const producer_options& options, time_partitioner& partitioner
    );

    // The value stays where it is until the report, which comes when this is no error.
    [[nodiscard]] rd_kafka_resp_err_t send(const wire::record& one, void* opaque);

    // Makes librdkafka learn and keep the topic before a record needs it.
    rd_kafka_topic_t* topic(const std::string& name);

    [[nodiscard]] const client_handle& client() const { return client_; }

    [[nodiscard]] rd_kafka_queue_t* queue() const { return queue_.get(); }

    // Answers every record that is queued or in flight with an error.
    void purge();

private:
    producer_client(client_handle client, time_partitioner& partitioner);

    client_handle client_;
    queue_handle queue_;
    time_partitioner& partitioner_;
    std::mutex mutex_;
    std::map<std::string, topic_handle, std::less<>> topics_;
};

}  // namespace vf::kafka
