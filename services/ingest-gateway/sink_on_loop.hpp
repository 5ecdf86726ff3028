// The producer's sink for the other loops: a publish goes to the producer's loop and its answer
// comes back. Used on the loop that publishes.
#pragma once

#include <utility>
#include <vector>

#include "vf/kafka/sink.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/loop_thread.hpp"

namespace vf::ingest_gateway {

class sink_on_loop final : public kafka::sink {
public:
    sink_on_loop(runtime::loop& there, kafka::sink& sink) : there_{there}, to_{sink} {}

    [[nodiscard]] runtime::task<result<void>> publish(std::vector<wire::record> records) override {
        return runtime::on_loop(there_, to_.publish(std::move(records)));
    }

private:
    runtime::loop& there_;
    kafka::sink& to_;
};

}  // namespace vf::ingest_gateway
