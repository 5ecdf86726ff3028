// The bridge from a librdkafka queue to the loop: librdkafka writes to an eventfd, the loop wakes
// and polls the queue until it is empty (the eventfd is edge-triggered). So no code of ours runs on
// a thread of librdkafka. Loop thread; the queue and the io_context outlive it.
#pragma once

#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "client/handles.hpp"
#include "vf/base/error.hpp"

namespace vf::kafka {

class event_pump {
public:
    struct handlers {
        std::function<void(rd_kafka_event_t*)> event;
        // After each burst of events; cheap to call in vain.
        std::function<void()> burst_over;
    };

    // Errors: permanent/kafka_configuration (no file descriptor left).
    [[nodiscard]] static result<std::unique_ptr<event_pump>> create(
        boost::asio::io_context& context, rd_kafka_queue_t* queue, handlers handlers
    );
    ~event_pump();
    event_pump(const event_pump&) = delete;
    event_pump& operator=(const event_pump&) = delete;

    // Polls now instead of at the next event; keeps an idle consumer in its group.
    void serve();

private:
    struct state;
    explicit event_pump(std::shared_ptr<state> created);

    std::shared_ptr<state> state_;
};

}  // namespace vf::kafka
