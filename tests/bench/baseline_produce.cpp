// What the broker takes from one thread that does nothing else: a loop of librdkafka produce with
// the bytes of real records, acks=all, lz4. Prints records per second.
//
// usage: baseline_produce BROKERS TOPIC RECORDS BYTES
#include <librdkafka/rdkafka.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

void set(rd_kafka_conf_t* conf, const char* name, const std::string& value) {
    std::array<char, 512> problem{};
    if (rd_kafka_conf_set(conf, name, value.c_str(), problem.data(), problem.size()) !=
        RD_KAFKA_CONF_OK) {
        std::abort();
    }
}

long failures = 0;

void report(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        ++failures;
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        return 64;
    }
    const long records = std::atol(argv[3]);
    const auto bytes = static_cast<std::size_t>(std::atol(argv[4]));
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", argv[1]);
    set(conf, "acks", "all");
    set(conf, "enable.idempotence", "true");
    set(conf, "linger.ms", "1");
    set(conf, "compression.type", "lz4");
    set(conf, "queue.buffering.max.messages", "100000");
    rd_kafka_conf_set_dr_msg_cb(conf, report);
    std::array<char, 512> problem{};
    rd_kafka_t* producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, problem.data(), problem.size());
    if (producer == nullptr) {
        return 1;
    }
    std::string value;
    while (value.size() < bytes) {
        value += R"({"external_user_id":"user-)" + std::to_string(value.size()) +
                 R"(","name":"report_exported","properties":{"pages":3,"format":"pdf"}},)";
    }
    value.resize(bytes);
    const auto start = std::chrono::steady_clock::now();
    for (long i = 0; i < records; ++i) {
        const std::string key = "prj:user-" + std::to_string(i % 50'000);
        while (rd_kafka_producev(
                   producer, RD_KAFKA_V_TOPIC(argv[2]), RD_KAFKA_V_KEY(key.data(), key.size()),
                   RD_KAFKA_V_VALUE(value.data(), value.size()),
                   RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END
               ) == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            rd_kafka_poll(producer, 10);
        }
        rd_kafka_poll(producer, 0);
    }
    rd_kafka_flush(producer, 60'000);
    const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start);
    rd_kafka_destroy(producer);
    std::printf("%.0f\n", static_cast<double>(records) / took.count());
    return failures == 0 ? 0 : 1;
}
