#include "ingest-gateway/send_probes.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "vf/telemetry/log.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

namespace vf::ingest_gateway {

namespace {

// How soon a failing broker is noticed.
constexpr vf::duration glance = std::chrono::milliseconds{250};

// Another key each time, and so in time every partition.
wire::record probe_of(std::uint64_t number, instant now) {
    wire::ingest_record message;
    message.project = domain::project_id{"probe"};
    message.kind = wire::ingest_kind::probe;
    message.received_at = now;
    return wire::encode(
        message, domain::external_user_id{std::to_string(number)}, wire::topic::ingest
    );
}

}  // namespace

runtime::task<> send_probes(
    kafka::sink& sink, broker_health& health, const clock& now,
    std::optional<vf::duration> interval, runtime::signal& stop
) {
    const telemetry::logger log{"send_probes"};
    std::optional<instant> sent_at;
    for (std::uint64_t number = 0; !stop.raised();) {
        const auto current = now.now();
        const bool due = interval && (!sent_at || current - *sent_at >= *interval);
        if (due || health.failing()) {
            sent_at = current;
            std::vector<wire::record> records;
            records.push_back(probe_of(number++, current));
            const auto sent = co_await sink.publish(std::move(records));
            health.note(sent);
            if (!sent) {
                log.info("a probe was not taken", {{"code", sent.error().code}});
            }
        }
        co_await stop.wait_for(glance);
    }
}

}  // namespace vf::ingest_gateway
