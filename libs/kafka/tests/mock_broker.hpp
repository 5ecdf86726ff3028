// A broker for tests: librdkafka's mock cluster on loopback ports, in this process. One per test.
#pragma once

#include <string>
#include <vector>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "vf/kafka/group_source.hpp"
#include "vf/kafka/producer.hpp"

namespace vf::kafka::test {

// Numbers of the protocol's requests.
inline constexpr std::int16_t produce_request = 0;
inline constexpr std::int16_t offset_commit_request = 8;
inline constexpr std::int16_t init_producer_id_request = 22;

class mock_broker {
public:
    mock_broker();
    ~mock_broker();
    mock_broker(const mock_broker&) = delete;
    mock_broker& operator=(const mock_broker&) = delete;

    void create_topic(const std::string& name, int partitions);
    void take_down();
    void bring_up();
    void set_round_trip(int milliseconds);
    // The next requests of the kind answer these codes, one each.
    void answer(std::int16_t request, const std::vector<rd_kafka_resp_err_t>& codes);
    // No more of those.
    void answer_well(std::int16_t request);

    [[nodiscard]] std::string address() const;
    [[nodiscard]] kafka::cluster cluster() const;
    [[nodiscard]] producer_options producing() const;
    [[nodiscard]] source_options consuming(const std::string& group, const std::string& topic)
        const;

private:
    rd_kafka_t* host_;
    rd_kafka_mock_cluster_t* cluster_;
};

[[nodiscard]] wire::record make_record(
    const std::string& topic, const std::string& key, const std::string& value
);
// `count` records with values "0", "1", … of one key.
[[nodiscard]] std::vector<wire::record> make_records(
    const std::string& topic, const std::string& key, int count
);

}  // namespace vf::kafka::test
