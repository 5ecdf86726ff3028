// Admits a request's records, publishes them and answers once the broker has acknowledged every
// one. Loop thread.
#pragma once

#include <vector>

#include "admit.hpp"
#include "replies.hpp"
#include "vf/base/clock.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/wire/record.hpp"

namespace vf::ingest_gateway {

class accept {
public:
    accept(kafka::sink& sink, admission& budget, const clock& now)
        : sink_{sink}, budget_{budget}, clock_{now}, log_{"accept"} {}

    [[nodiscard]] runtime::task<outcome> publish(std::vector<wire::record> records);

private:
    kafka::sink& sink_;
    admission& budget_;
    const clock& clock_;
    telemetry::logger log_;
};

}  // namespace vf::ingest_gateway
