#include "ingest-gateway/send_probes.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "vf/telemetry/log.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

namespace vf::ingest_gateway {

namespace {

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
    kafka::sink& sink, const clock& now, vf::duration interval, runtime::signal& stop
) {
    const telemetry::logger log{"send_probes"};
    for (std::uint64_t number = 0;; ++number) {
        std::vector<wire::record> records;
        records.push_back(probe_of(number, now.now()));
        const auto sent = co_await sink.publish(std::move(records));
        if (!sent) {
            log.info("a probe was not taken", {{"code", sent.error().code}});
        }
        const bool stopping = co_await stop.wait_for(interval);
        if (stopping) {
            co_return;
        }
    }
}

}  // namespace vf::ingest_gateway
