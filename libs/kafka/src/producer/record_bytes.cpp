#include "producer/record_bytes.hpp"

namespace vf::kafka {

namespace {

// Format v2: 61 bytes of batch, and for the record attributes and at most eight lengths and deltas.
constexpr std::int64_t batch_overhead = 61;
constexpr std::int64_t record_overhead = 41;
// Two lengths of five bytes.
constexpr std::int64_t header_overhead = 10;

std::string text_of(const void* bytes, std::size_t size) {
    return bytes == nullptr ? std::string{} : std::string(static_cast<const char*>(bytes), size);
}

}  // namespace

std::int64_t wire_bytes(const wire::record& one) {
    std::size_t bytes = one.value.size() + (one.key ? one.key->size() : 0);
    for (const wire::header& header : one.headers) {
        bytes += header.name.size() + header.value.size();
    }
    return static_cast<std::int64_t>(bytes) + batch_overhead + record_overhead +
           header_overhead * static_cast<std::int64_t>(one.headers.size());
}

headers_handle make_headers(const wire::record& one) {
    if (one.headers.empty()) {
        return nullptr;
    }
    headers_handle headers{rd_kafka_headers_new(one.headers.size())};
    for (const wire::header& header : one.headers) {
        rd_kafka_header_add(
            headers.get(), header.name.data(), static_cast<ssize_t>(header.name.size()),
            header.value.data(), static_cast<ssize_t>(header.value.size())
        );
    }
    return headers;
}

wire::record copy_record(const rd_kafka_message_t& message) {
    wire::record record;
    record.topic = rd_kafka_topic_name(message.rkt);
    if (message.key != nullptr) {
        record.key = text_of(message.key, message.key_len);
    }
    record.value = text_of(message.payload, message.len);
    record.partition = message.partition;
    record.offset = message.offset;
    const auto timestamp = rd_kafka_message_timestamp(&message, nullptr);
    record.timestamp = instant{std::chrono::milliseconds{timestamp < 0 ? 0 : timestamp}};

    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return record;
    }
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
        record.headers.push_back({name, text_of(value, size)});
    }
    return record;
}

}  // namespace vf::kafka
