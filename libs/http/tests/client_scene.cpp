#include "client_scene.hpp"

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

client_scene::client_scene(client_options options) {
    http.emplace(events, options, metrics);
}

client_options client_scene::to_loopback() {
    client_options options;
    options.policy = egress_policy::parse("127.0.0.0/8").value();
    return options;
}

runtime::task<> client_scene::keep(
    client_request made, std::optional<result<client_response>>& into
) {
    auto answer = co_await http->send(std::move(made));
    into.emplace(std::move(answer));
    if (--running_ == 0) {
        events.stop_now();
    }
}

std::vector<result<client_response>> client_scene::send_all(std::vector<client_request> all) {
    std::vector<std::optional<result<client_response>>> kept(all.size());
    running_ = all.size();
    for (std::size_t at = 0; at < all.size(); ++at) {
        tasks_.spawn("send", keep(std::move(all[at]), kept[at]));
    }
    events.run();
    std::vector<result<client_response>> answers;
    for (auto& each : kept) {
        answers.push_back(std::move(each).value());
    }
    return answers;
}

result<client_response> client_scene::send(client_request made) {
    std::vector<client_request> one;
    one.push_back(std::move(made));
    return std::move(send_all(std::move(one)).front());
}

result<client_response> client_scene::get(const std::string& url) {
    client_request made;
    made.method = "GET";
    made.url = url;
    return send(std::move(made));
}

}  // namespace vf::http::tests
