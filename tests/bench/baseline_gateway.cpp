// The smallest honest gateway, and the smallest server at all: what scripts/bench measures ours
// against. One thread. Beast reads the body; with a broker given, librdkafka produces it (acks=all,
// linger 1 ms) and the answer is 202 on the delivery report; without, 202 at once. Nothing else.
//
// usage: baseline_gateway PORT [BROKERS TOPIC]
#include <librdkafka/rdkafka.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

// The delivery reports arrive on the loop through an eventfd.
class producer {
public:
    producer(asio::io_context& context, const std::string& brokers, std::string topic)
        : wake_{context, ::eventfd(0, EFD_NONBLOCK)}, topic_{std::move(topic)} {
        rd_kafka_conf_t* conf = rd_kafka_conf_new();
        set(conf, "bootstrap.servers", brokers);
        set(conf, "acks", "all");
        set(conf, "enable.idempotence", "true");
        set(conf, "linger.ms", "1");
        set(conf, "compression.type", "lz4");
        rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR);
        std::array<char, 512> problem{};
        handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, problem.data(), problem.size());
        if (handle_ == nullptr) {
            std::abort();
        }
        queue_ = rd_kafka_queue_get_main(handle_);
        constexpr std::uint64_t one = 1;
        rd_kafka_queue_io_event_enable(queue_, wake_.native_handle(), &one, sizeof one);
        serve();
    }

    struct waiter {
        asio::steady_timer done;
        bool failed{false};
    };

    asio::awaitable<bool> send(std::string body) {
        waiter mine{asio::steady_timer{co_await asio::this_coro::executor}};
        mine.done.expires_at(asio::steady_timer::time_point::max());
        const auto outcome = rd_kafka_producev(
            handle_, RD_KAFKA_V_TOPIC(topic_.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
            RD_KAFKA_V_VALUE(body.data(), body.size()), RD_KAFKA_V_OPAQUE(&mine), RD_KAFKA_V_END
        );
        if (outcome != RD_KAFKA_RESP_ERR_NO_ERROR) {
            co_return false;
        }
        boost::system::error_code ignored;
        co_await mine.done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        co_return !mine.failed;
    }

private:
    static void set(rd_kafka_conf_t* conf, const char* name, const std::string& value) {
        std::array<char, 512> problem{};
        if (rd_kafka_conf_set(conf, name, value.c_str(), problem.data(), problem.size()) !=
            RD_KAFKA_CONF_OK) {
            std::abort();
        }
    }

    void serve() {
        wake_.async_wait(asio::posix::stream_descriptor::wait_read, [this](auto) {
            std::uint64_t count = 0;
            while (::read(wake_.native_handle(), &count, sizeof count) > 0) {
            }
            while (rd_kafka_event_t* event = rd_kafka_queue_poll(queue_, 0)) {
                while (const auto* message = rd_kafka_event_message_next(event)) {
                    auto* waiting = static_cast<waiter*>(message->_private);
                    waiting->failed = message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
                    waiting->done.cancel();
                }
                rd_kafka_event_destroy(event);
            }
            serve();
        });
    }

    asio::posix::stream_descriptor wake_;
    std::string topic_;
    rd_kafka_t* handle_{nullptr};
    rd_kafka_queue_t* queue_{nullptr};
};

asio::awaitable<void> session(tcp::socket socket, producer* kafka) {
    beast::tcp_stream stream{std::move(socket)};
    beast::flat_buffer buffer;
    boost::system::error_code failed;
    for (;;) {
        http::request<http::string_body> request;
        co_await http::async_read(
            stream, buffer, request, asio::redirect_error(asio::use_awaitable, failed)
        );
        if (failed) {
            co_return;
        }
        bool accepted = true;
        if (kafka != nullptr) {
            accepted = co_await kafka->send(std::move(request.body()));
        }
        http::response<http::string_body> response{
            accepted ? http::status::accepted : http::status::service_unavailable, request.version()
        };
        response.set(http::field::content_type, "application/json");
        response.keep_alive(request.keep_alive());
        response.body() = R"({"data":{"accepted":true}})";
        response.prepare_payload();
        co_await http::async_write(
            stream, response, asio::redirect_error(asio::use_awaitable, failed)
        );
        if (failed || !response.keep_alive()) {
            co_return;
        }
    }
}

void rethrow(std::exception_ptr failed) {
    if (failed) {
        std::rethrow_exception(failed);
    }
}

asio::awaitable<void> accept(asio::io_context& context, std::uint16_t port, producer* kafka) {
    tcp::acceptor acceptor{context, {tcp::v4(), port}};
    for (;;) {
        auto socket = co_await acceptor.async_accept(asio::use_awaitable);
        socket.set_option(tcp::no_delay{true});
        asio::co_spawn(context, session(std::move(socket), kafka), rethrow);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2 && argc != 4) {
        return 64;
    }
    asio::io_context context{1};
    std::unique_ptr<producer> kafka;
    if (argc == 4) {
        kafka = std::make_unique<producer>(context, argv[2], argv[3]);
    }
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    asio::co_spawn(context, accept(context, port, kafka.get()), rethrow);
    context.run();
    return 0;
}
