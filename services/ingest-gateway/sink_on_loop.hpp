// The producer's sink for workers on other loops: `publish` runs on the producer's loop and resumes
// on the caller's.
#pragma once

#include <utility>
#include <vector>

#include "vf/kafka/sink.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/loop_thread.hpp"

namespace vf::ingest_gateway {

class sink_on_loop final : public kafka::sink {
public:
    sink_on_loop(runtime::loop& loop, kafka::sink& sink) : loop_{loop}, sink_{sink} {}

    [[nodiscard]] runtime::task<result<void>> publish(std::vector<wire::record> records) override {
        return runtime::on_loop(loop_, sink_.publish(std::move(records)));
    }

private:
    runtime::loop& loop_;
    kafka::sink& sink_;
};

}  // namespace vf::ingest_gateway
