#include "mock_broker.hpp"

#include <stdexcept>

namespace vf::kafka::test {

mock_broker::mock_broker() {
    rd_kafka_conf_t* config = rd_kafka_conf_new();
    rd_kafka_conf_set(config, "log_level", "0", nullptr, 0);
    host_ = rd_kafka_new(RD_KAFKA_PRODUCER, config, nullptr, 0);
    if (host_ == nullptr) {
        throw std::runtime_error{"no client for the mock cluster"};
    }
    cluster_ = rd_kafka_mock_cluster_new(host_, 1);
    rd_kafka_mock_group_initial_rebalance_delay_ms(cluster_, 50);
}

mock_broker::~mock_broker() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(host_);
}

void mock_broker::create_topic(const std::string& name, int partitions) {
    rd_kafka_mock_topic_create(cluster_, name.c_str(), partitions, 1);
}

void mock_broker::take_down() {
    rd_kafka_mock_broker_set_down(cluster_, -1);
}

void mock_broker::bring_up() {
    rd_kafka_mock_broker_set_up(cluster_, -1);
}

void mock_broker::set_round_trip(int milliseconds) {
    rd_kafka_mock_broker_set_rtt(cluster_, -1, milliseconds);
}

void mock_broker::answer(std::int16_t request, const std::vector<rd_kafka_resp_err_t>& codes) {
    rd_kafka_mock_push_request_errors_array(cluster_, request, codes.size(), codes.data());
}

void mock_broker::answer_well(std::int16_t request) {
    rd_kafka_mock_clear_request_errors(cluster_, request);
}

std::string mock_broker::address() const {
    return rd_kafka_mock_cluster_bootstraps(cluster_);
}

cluster mock_broker::cluster() const {
    return {.brokers = address()};
}

producer_options mock_broker::producing() const {
    producer_options options;
    options.cluster = cluster();
    options.client_id = "test-producer";
    return options;
}

source_options mock_broker::consuming(const std::string& group, const std::string& topic) const {
    source_options options;
    options.cluster = cluster();
    options.client_id = "test-source";
    options.group = group;
    options.topics = {topic};
    options.session_timeout = std::chrono::seconds{3};
    return options;
}

wire::record make_record(
    const std::string& topic, const std::string& key, const std::string& value
) {
    wire::record record;
    record.topic = topic;
    record.key = key;
    record.value = value;
    return record;
}

std::vector<wire::record> make_records(
    const std::string& topic, const std::string& key, int count
) {
    std::vector<wire::record> records;
    for (int i = 0; i < count; ++i) {
        records.push_back(make_record(topic, key, std::to_string(i)));
    }
    return records;
}

}  // namespace vf::kafka::test
