#include "server_fixture.hpp"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace vf::http::tests {

namespace {

runtime::task<response> echo(request request) {
    response answer;
    answer.headers.add("Content-Type", "text/plain");
    answer.body = fmt::format("{} {}", request.method, request.path);
    for (const auto& [name, value] : request.parameters) {
        answer.body += fmt::format(" {}={}", name, value);
    }
    for (const auto& [name, value] : request.query) {
        answer.body += fmt::format(" ?{}={}", name, value);
    }
    answer.body += " [" + request.body + "]";
    co_return answer;
}

runtime::task<response> large(request) {
    response answer;
    answer.body.assign(300'000, 'x');
    co_return answer;
}

runtime::task<response> throw_always(request) {
    co_await runtime::yield();
    throw std::runtime_error{"planted"};
}

runtime::task<response> answer_closing(request) {
    response answer;
    answer.status = 204;
    answer.close = true;
    co_return answer;
}

}  // namespace

server_fixture::server_fixture() {
    options.host = "127.0.0.1";
    routes.add({"GET", "/echo", 0, echo});
    routes.add({"POST", "/echo", small_body_limit, echo});
    routes.add({"POST", "/big", 8U << 20U, echo});
    routes.add({"GET", "/users/{id}/notes/{note}", 0, echo});
    routes.add({"GET", "/large", 0, large});
    routes.add({"GET", "/throw", 0, throw_always});
    routes.add({"GET", "/close", 0, answer_closing});
    routes.add({"GET", "/held", 0, [this](request request) { return hold(std::move(request)); }});
}

server_fixture::~server_fixture() {
    if (thread_.joinable()) {
        release();
        drain(std::chrono::seconds{5});
    }
}

void server_fixture::start() {
    server_.emplace(events, options, routes, metrics);
    auto started = server_->start();
    if (!started) {
        throw std::runtime_error{started.error().detail};
    }
    port_ = server_->port();
    thread_ = std::thread{[this] { events.run(); }};
}

raw_socket server_fixture::connect() const {
    return raw_socket::connected_to(port_);
}

raw_answer server_fixture::ask(std::string_view bytes) const {
    auto socket = connect();
    socket.send(bytes);
    return socket.read_answer();
}

bool server_fixture::drain(vf::duration limit) {
    boost::asio::post(events.context(), [this, limit] {
        tasks_.spawn("drain", drain_and_report(limit));
    });
    const bool in_time = drained_.get_future().get();
    if (!in_time) {
        release();
    }
    thread_.join();
    return in_time;
}

result<void> server_fixture::renew(tls_identity identity) {
    std::promise<result<void>> promise;
    boost::asio::post(events.context(), [this, &identity, &promise] {
        promise.set_value(server_->renew(identity));
    });
    return promise.get_future().get();
}

void server_fixture::release() {
    boost::asio::post(events.context(), [this] { released.raise(); });
}

runtime::task<response> server_fixture::hold(request request) {
    ++held_;
    co_await released.wait();
    auto answer = co_await echo(std::move(request));
    co_return answer;
}

runtime::task<> server_fixture::drain_and_report(vf::duration limit) {
    bool in_time = co_await server_->drain(limit);
    drained_.set_value(in_time);
}

}  // namespace vf::http::tests
