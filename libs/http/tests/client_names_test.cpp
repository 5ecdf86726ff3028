#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include <fmt/format.h>

#include "client_fixture.hpp"
#include "dns_server.hpp"

namespace vf::http {

namespace {

using namespace std::chrono_literals;
using tests::answer_with;
using tests::client_fixture;
using tests::dns_query;
using tests::dns_server;
using tests::raw_socket;
using tests::scripted_server;

void answer_all(raw_socket& socket, int) {
    while (!socket.read_request().empty()) {
        socket.send("HTTP/1.1 204 No Content\r\n\r\n");
    }
}

client_options to(const dns_server& names) {
    auto options = client_fixture::to_loopback();
    options.names.servers = {names.where()};
    options.names.limit = 200ms;
    options.names.probe_limit = 200ms;
    return options;
}

std::string code_of(const result<client_response>& answer) {
    return answer ? "answered" : answer.error().code;
}

}  // namespace

TEST_CASE("client: a name is resolved, and the address spoken to is the one that was vetted") {
    scripted_server server{answer_all};
    dns_server names{[](const dns_query& query) {
        return answer_with(query, "hooks.test", {"127.0.0.1"});
    }};
    client_fixture fixture{to(names)};
    const auto url = fmt::format("http://hooks.test:{}/", server.port());
    const auto answer = fixture.get(url);
    REQUIRE(answer);
    CHECK(answer->address == "127.0.0.1");
    CHECK(code_of(fixture.get(fmt::format("http://HOOKS.test.:{}/", server.port()))) == "answered");
    fixture.http->close_idle();
    CHECK(code_of(fixture.get(url)) == "answered");
    CHECK(names.count("hooks.test") == 1);
    fixture.http->close_idle();
}

TEST_CASE("client: one forbidden address of a name refuses all of them, from the cache too") {
    scripted_server server{answer_all};
    dns_server names{[](const dns_query& query) {
        return answer_with(query, "hooks.test", {"127.0.0.1", "10.0.0.1"});
    }};
    client_fixture fixture{to(names)};
    for (int count = 0; count < 2; ++count) {
        const auto answer = fixture.get(fmt::format("http://hooks.test:{}/", server.port()));
        CHECK(code_of(answer) == "egress_refused");
    }
    CHECK(names.count("hooks.test") == 1);
    CHECK(server.connections() == 0);
}

TEST_CASE("client: a forbidden address of the other family refuses all of them") {
    scripted_server server{answer_all};
    dns_server names{[](const dns_query& query) {
        return answer_with(query, "hooks.test", {"127.0.0.1", "fe80::1"});
    }};
    client_fixture fixture{to(names)};
    const auto answer = fixture.get(fmt::format("http://hooks.test:{}/", server.port()));
    CHECK(code_of(answer) == "egress_refused");
    CHECK(server.connections() == 0);
}

TEST_CASE("client: a name nobody has is not resolved, and no name is when nobody answers") {
    dns_server names{[](const dns_query& query) { return answer_with(query, "", {}); }};
    client_fixture fixture{to(names)};
    const auto answer = fixture.get("https://nobody.test/");
    CHECK(code_of(answer) == "name_not_resolved");
    CHECK(answer.error().kind == failure::transient);

    dns_server silent{[](const dns_query&) { return std::vector<std::string>{}; }};
    client_fixture alone{to(silent)};
    const auto unknown = alone.get("https://nobody.test/");
    CHECK(code_of(unknown) == "resolver_unavailable");
    CHECK(unknown.error().kind == failure::transient);
}

}  // namespace vf::http
