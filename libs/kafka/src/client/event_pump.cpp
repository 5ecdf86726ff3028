#include "client/event_pump.hpp"

#include <sys/eventfd.h>
#include <unistd.h>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

namespace vf::kafka {

namespace asio = boost::asio;

namespace {

// Other work of the loop gets its turn after this many events.
constexpr int burst_events_max = 100;

constexpr std::uint64_t wakeup = 1;

}  // namespace

struct event_pump::state : std::enable_shared_from_this<state> {
    state(asio::io_context& context, rd_kafka_queue_t* events, handlers handlers, int event_fd)
        : loop{context},
          queue{events},
          handle{std::move(handlers)},
          descriptor{context, event_fd} {}

    // The eventfd is written for a queue that was empty; what is there already (a client logs
    // from its first moment) writes nothing, now or later, so it is taken at once.
    void start() {
        rd_kafka_queue_io_event_enable(queue, descriptor.native_handle(), &wakeup, sizeof wakeup);
        wait();
        serve_soon();
    }

    void serve_soon() {
        asio::post(loop, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->serve();
            }
        });
    }

    void stop() {
        open = false;
        rd_kafka_queue_io_event_enable(queue, -1, nullptr, 0);
        boost::system::error_code ignored;
        descriptor.close(ignored);
    }

    void wait() {
        descriptor.async_wait(
            asio::posix::stream_descriptor::wait_read,
            [weak = weak_from_this()](boost::system::error_code failed) {
                const auto self = weak.lock();
                if (self == nullptr || failed || !self->open) {
                    return;
                }
                self->reset_eventfd();
                self->serve();
                if (self->open) {
                    self->wait();
                }
            }
        );
    }

    // Before the queue is polled, so that a later write is for the next round.
    void reset_eventfd() {
        std::uint64_t writes = 0;
        while (::read(descriptor.native_handle(), &writes, sizeof writes) < 0 && errno == EINTR) {
        }
    }

    // A handler may stop the pump; `self` in the callers keeps this alive until it returns.
    void serve() {
        int taken = 0;
        while (open && taken < burst_events_max) {
            const event_handle event{rd_kafka_queue_poll(queue, 0)};
            if (event == nullptr) {
                break;
            }
            handle.event(event.get());
            ++taken;
        }
        if (open && taken > 0) {
            handle.burst_over();
        }
        if (open && taken == burst_events_max) {
            serve_soon();
        }
    }

    asio::io_context& loop;
    rd_kafka_queue_t* queue;
    handlers handle;
    asio::posix::stream_descriptor descriptor;
    bool open{true};
};

result<std::unique_ptr<event_pump>> event_pump::create(
    asio::io_context& context, rd_kafka_queue_t* queue, handlers handlers
) {
    const int event_fd = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (event_fd < 0) {
        return fail(failure::permanent, "kafka_configuration", std::strerror(errno));
    }
    auto created = std::make_shared<state>(context, queue, std::move(handlers), event_fd);
    created->start();
    return std::unique_ptr<event_pump>{new event_pump{std::move(created)}};
}

event_pump::event_pump(std::shared_ptr<state> state) : state_{std::move(state)} {}

event_pump::~event_pump() {
    state_->stop();
}

void event_pump::serve() {
    const auto self = state_;
    self->serve();
}

}  // namespace vf::kafka
