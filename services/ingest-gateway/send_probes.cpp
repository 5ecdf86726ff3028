#include "ingest-gateway/send_probes.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "vf/telemetry/log.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

namespace vf::ingest_gateway {

namespace {

// How soon a failing broker is noticed.
constexpr vf::duration glance = std::chrono::milliseconds{250};
// More than hang on one partition before those on others are answered.
constexpr std::size_t running_max = 16;

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

// Shared with those that are under way when `send_probes` ends.
using running_probes = std::shared_ptr<std::size_t>;

runtime::task<> send_probe(
    kafka::sink& sink, broker_health& health, wire::record probe, running_probes running
) {
    const telemetry::logger log{"send_probes"};
    std::vector<wire::record> records;
    records.push_back(std::move(probe));
    const auto mark = health.sending();
    const auto sent = co_await sink.publish(std::move(records));
    health.note(sent, mark);
    --*running;
    if (!sent) {
        log.info("a probe was not taken", {{"code", sent.error().code}});
    }
}

}  // namespace

runtime::task<> send_probes(
    kafka::sink& sink, broker_health& health, const clock& now,
    std::optional<vf::duration> interval, runtime::signal& stop, runtime::task_group& tasks
) {
    const auto running = std::make_shared<std::size_t>(0);
    std::optional<instant> sent_at;
    for (std::uint64_t number = 0; !stop.raised();) {
        const auto current = now.now();
        const bool due = interval && (!sent_at || current - *sent_at >= *interval);
        if ((due || health.failing()) && *running < running_max) {
            sent_at = current;
            ++*running;
            tasks.spawn("probe", send_probe(sink, health, probe_of(number++, current), running));
        }
        co_await stop.wait_for(glance);
    }
}

}  // namespace vf::ingest_gateway
