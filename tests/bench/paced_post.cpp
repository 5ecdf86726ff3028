// An open-loop client: requests leave when they are due, whether or not those before them have been
// answered in time, and each is timed from the moment it was due. What a closed loop hides, the
// wait behind a stall, is counted here.
//
// usage: paced_post PORT API_KEY RATE SECONDS CONNECTIONS
// Prints: RESULT requests bad p50_us p99_us
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using steady = std::chrono::steady_clock;

struct plan {
    std::uint16_t port;
    std::string key;
    double rate;
    double seconds;
    int connections;
    steady::time_point start;
};

struct tally {
    std::vector<double> microseconds;
    long bad{0};
};

http::request<http::string_body> one_event(const plan& plan, int connection, int number) {
    http::request<http::string_body> request{http::verb::post, "/api/v1/events", 11};
    request.set(http::field::host, "127.0.0.1");
    request.set(http::field::content_type, "application/json");
    request.set(http::field::authorization, "Bearer " + plan.key);
    const auto ticks = std::to_string(plan.start.time_since_epoch().count());
    const auto name = std::to_string(connection) + "-" + std::to_string(number);
    request.set("Idempotency-Key", ticks + "-" + name);
    request.body() = R"({"external_user_id":"user-)" + name + R"(","name":"report_exported",)" +
                     R"("properties":{"pages":3,"format":"pdf","notes":")" + std::string(350, 'x') +
                     R"("}})";
    request.prepare_payload();
    return request;
}

asio::awaitable<void> send_on_time(const plan& plan, int connection, tally& tally) {
    const auto executor = co_await asio::this_coro::executor;
    beast::tcp_stream stream{executor};
    const tcp::endpoint endpoint{asio::ip::address_v4::loopback(), plan.port};
    co_await stream.async_connect(endpoint, asio::use_awaitable);
    stream.socket().set_option(tcp::no_delay{true});
    asio::steady_timer timer{executor};
    beast::flat_buffer buffer;
    const std::chrono::duration<double> apart{plan.connections / plan.rate};
    const auto first = apart * (static_cast<double>(connection) / plan.connections);
    for (int number = 0; apart * number < std::chrono::duration<double>{plan.seconds}; ++number) {
        const auto due =
            plan.start + std::chrono::duration_cast<steady::duration>(first + apart * number);
        timer.expires_at(due);
        co_await timer.async_wait(asio::use_awaitable);
        auto request = one_event(plan, connection, number);
        co_await http::async_write(stream, request, asio::use_awaitable);
        http::response<http::string_body> response;
        co_await http::async_read(stream, buffer, response, asio::use_awaitable);
        const std::chrono::duration<double, std::micro> took{steady::now() - due};
        tally.microseconds.push_back(took.count());
        tally.bad += response.result_int() / 100 == 2 ? 0 : 1;
    }
}

void rethrow(std::exception_ptr failed) {
    if (failed) {
        std::rethrow_exception(failed);
    }
}

double percentile(std::vector<double>& sorted, double of) {
    const auto last = static_cast<double>(sorted.size() - 1);
    return sorted[static_cast<std::size_t>(last * of)];
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        return 64;
    }
    plan plan;
    plan.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    plan.key = argv[2];
    plan.rate = std::atof(argv[3]);
    plan.seconds = std::atof(argv[4]);
    plan.connections = std::atoi(argv[5]);
    plan.start = steady::now() + std::chrono::milliseconds{200};
    tally all;
    asio::io_context context{1};
    for (int i = 0; i < plan.connections; ++i) {
        asio::co_spawn(context, send_on_time(plan, i, all), rethrow);
    }
    context.run();
    if (all.microseconds.empty()) {
        return 1;
    }
    std::ranges::sort(all.microseconds);
    std::printf(
        "RESULT %zu %ld %.0f %.0f\n", all.microseconds.size(), all.bad,
        percentile(all.microseconds, 0.5), percentile(all.microseconds, 0.99)
    );
    return 0;
}
