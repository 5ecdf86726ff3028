#include "client/client_log.hpp"

namespace vf::kafka {

namespace {

// Syslog's levels. An error of librdkafka is a broker that is away: it recovers by itself.
telemetry::level level_of(int syslog) {
    if (syslog <= 2) {
        return telemetry::level::error;
    }
    if (syslog <= 4) {
        return telemetry::level::warning;
    }
    return syslog <= 6 ? telemetry::level::info : telemetry::level::debug;
}

}  // namespace

std::optional<std::int64_t> log_gate::admit(std::string_view kind, time now) {
    const auto found = kinds_.find(kind);
    if (found == kinds_.end()) {
        kinds_.emplace(kind, entry{now + span_, 0});
        return 0;
    }
    entry& seen = found->second;
    if (now < seen.next) {
        ++seen.suppressed;
        return std::nullopt;
    }
    const std::int64_t suppressed = seen.suppressed;
    seen = entry{now + span_, 0};
    return suppressed;
}

bool refuses_client(rd_kafka_resp_err_t code) {
    switch (code) {
        case RD_KAFKA_RESP_ERR__AUTHENTICATION:
        case RD_KAFKA_RESP_ERR__SSL:
        case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
            return true;
        default:
            return false;
    }
}

void client_log::take_log(rd_kafka_event_t* event) {
    const char* facility = nullptr;
    const char* text = nullptr;
    int syslog = 7;
    if (rd_kafka_event_log(event, &facility, &text, &syslog) == 0) {
        write(level_of(syslog), facility, text);
    }
}

void client_log::take_error(rd_kafka_resp_err_t code, std::string_view text) {
    if (refuses_client(code)) {
        refusal_ = text;
    }
    // Told a second time as a log line (FAIL).
    if (code == RD_KAFKA_RESP_ERR__TRANSPORT) {
        return;
    }
    write(telemetry::level::warning, rd_kafka_err2name(code), text);
}

void client_log::write(telemetry::level level, std::string_view kind, std::string_view text) {
    const auto suppressed = gate_.admit(kind, std::chrono::steady_clock::now());
    if (!suppressed) {
        return;
    }
    const auto log = [&](auto member) {
        (out_.*member)(text, {{"client", client_}, {"code", kind}, {"held_back", *suppressed}});
    };
    switch (level) {
        case telemetry::level::debug:
            return log(&telemetry::logger::debug);
        case telemetry::level::info:
            return log(&telemetry::logger::info);
        case telemetry::level::warning:
            return log(&telemetry::logger::warning);
        case telemetry::level::error:
            return log(&telemetry::logger::error);
    }
}

}  // namespace vf::kafka
