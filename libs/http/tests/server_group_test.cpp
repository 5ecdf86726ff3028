#include "vf/http/server_group.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>

#include "server_fixture.hpp"

namespace vf::http {

using namespace std::chrono_literals;
using tests::raw_socket;
using tests::server_fixture;

namespace {

const std::string get_echo = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";

// Two servers of one address, each on a loop and thread of its own.
struct two_servers {
    two_servers() {
        first.options.group = group;
        first.start();
        second.options.group = group;
        second.options.port = first.port();
        second.start();
    }

    // Answered, so that they are where they belong.
    [[nodiscard]] std::vector<raw_socket> connect(int count) const {
        std::vector<raw_socket> sockets;
        for (int i = 0; i < count; ++i) {
            sockets.push_back(first.connect());
            sockets.back().send(get_echo);
            CHECK(sockets.back().read_answer().body == "GET /echo []");
        }
        return sockets;
    }

    std::shared_ptr<server_group> group{std::make_shared<server_group>()};
    server_fixture first;
    server_fixture second;
};

bool has_connections(server_fixture& fixture, int count) {
    const auto line = fmt::format("vf_http_connections{{listener=\"public\"}} {}\n", count);
    return fixture.metrics.expose().find(line) != std::string::npos;
}

}  // namespace

TEST_CASE("server group: connections are shared out evenly, whatever the kernel's hash says") {
    two_servers servers;
    auto sockets = servers.connect(40);
    CHECK(has_connections(servers.first, 20));
    CHECK(has_connections(servers.second, 20));
}

TEST_CASE("server group: one that drains gets no more, and the other serves all") {
    two_servers servers;
    REQUIRE(servers.second.drain(5s));
    const auto sockets = servers.connect(8);
    CHECK(has_connections(servers.first, 8));
}

}  // namespace vf::http
