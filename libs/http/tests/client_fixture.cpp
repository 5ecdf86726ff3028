#include "client_fixture.hpp"

#include <fmt/format.h>

namespace vf::http::tests {

scripted_server::scripted_server(script play)
    : thread_{[this, script = std::move(play)] {
          while (auto socket = listener_.accept()) {
              script(*socket, connections_++);
          }
      }} {}

scripted_server::~scripted_server() {
    listener_.close();
    thread_.join();
}

std::string scripted_server::url(const std::string& path) const {
    return fmt::format("http://127.0.0.1:{}{}", port(), path);
}

client_fixture::client_fixture(client_options options) {
    http.emplace(events, options, metrics);
}

client_options client_fixture::to_loopback() {
    client_options options;
    options.policy = egress_policy::parse("127.0.0.0/8").value();
    return options;
}

runtime::task<> client_fixture::keep(
    client_request request, std::optional<result<client_response>>& response
) {
    auto answer = co_await http->send(std::move(request));
    response.emplace(std::move(answer));
    if (--running_ == 0) {
        events.stop_now();
    }
}

std::vector<result<client_response>> client_fixture::send_all(std::vector<client_request> all) {
    std::vector<std::optional<result<client_response>>> kept(all.size());
    running_ = all.size();
    for (std::size_t index = 0; index < all.size(); ++index) {
        tasks_.spawn("send", keep(std::move(all[index]), kept[index]));
    }
    events.run();
    std::vector<result<client_response>> answers;
    for (auto& each : kept) {
        answers.push_back(std::move(each).value());
    }
    return answers;
}

result<client_response> client_fixture::send(client_request request) {
    std::vector<client_request> one;
    one.push_back(std::move(request));
    return std::move(send_all(std::move(one)).front());
}

result<client_response> client_fixture::get(const std::string& url) {
    client_request request;
    request.method = "GET";
    request.url = url;
    return send(std::move(request));
}

}  // namespace vf::http::tests
