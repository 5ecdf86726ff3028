// librdkafka's log lines and informational errors in our log: at most one per kind and span, with
// how many were left out. A broker that is away costs a line, not a flood. Loop thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "client/handles.hpp"
#include "vf/base/clock.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::kafka {

// Pure: whether a line may be logged now.
class log_gate {
public:
    using time = std::chrono::steady_clock::time_point;

    explicit log_gate(vf::duration span) : span_{span} {}

    // How many lines of this kind were held back since the last one; nothing when this one is
    // held back too.
    [[nodiscard]] std::optional<std::int64_t> admit(std::string_view kind, time now);

private:
    struct entry {
        time next;
        std::int64_t suppressed{0};
    };

    vf::duration span_;
    std::map<std::string, entry, std::less<>> kinds_;
};

// Whether an error says that we are not let in: a password, a certificate, a missing right.
[[nodiscard]] bool refuses_client(rd_kafka_resp_err_t code);

class client_log {
public:
    explicit client_log(std::string client) : client_{std::move(client)} {}

    // RD_KAFKA_EVENT_LOG.
    void take_log(rd_kafka_event_t* event);
    // RD_KAFKA_EVENT_ERROR, or the error of one record.
    void take_error(rd_kafka_resp_err_t code, std::string_view text);

    // What the brokers last refused this client for, until `accepted`; empty: nothing.
    [[nodiscard]] const std::string& refusal() const { return refusal_; }

    void accepted() { refusal_.clear(); }

    const telemetry::logger& out() const { return out_; }

private:
    void write(telemetry::level level, std::string_view kind, std::string_view text);

    std::string client_;
    std::string refusal_;
    telemetry::logger out_{"kafka"};
    log_gate gate_{std::chrono::seconds{10}};
};

}  // namespace vf::kafka
