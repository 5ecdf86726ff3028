#include "vf/http/router.hpp"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace vf::http {

namespace {

runtime::task<response> answer(request) {
    co_return response{};
}

router with(const std::vector<std::pair<const char*, const char*>>& routes) {
    router router;
    for (const auto& [method, pattern] : routes) {
        router.add({method, pattern, 0, answer});
    }
    return router;
}

std::string found(const router& routes, std::string_view method, std::string_view path) {
    const auto match = routes.find(method, path);
    return match.route == nullptr ? "" : match.route->pattern;
}

}  // namespace

TEST_CASE("router: method and path find their route") {
    const auto routes = with({{"GET", "/"}, {"GET", "/a"}, {"POST", "/a"}, {"GET", "/a/b"}});
    CHECK(found(routes, "GET", "/") == "/");
    CHECK(found(routes, "GET", "/a") == "/a");
    CHECK(routes.find("POST", "/a").route->method == "POST");
    CHECK(found(routes, "GET", "/a/b") == "/a/b");
    for (const char* path : {"", "a", "/A", "/a/", "//a", "/a/b/c", "/b"}) {
        CHECK(found(routes, "GET", path).empty());
    }
}

TEST_CASE("router: a parameter takes one segment that is not empty") {
    const auto routes = with({{"GET", "/p/{project}/keys/{key}"}});
    const auto match = routes.find("GET", "/p/one/keys/two%20three");
    REQUIRE(match.route != nullptr);
    CHECK(match.parameters.at("project") == "one");
    CHECK(match.parameters.at("key") == "two three");
    CHECK(found(routes, "GET", "/p//keys/x").empty());
    CHECK(found(routes, "GET", "/p/a/b/keys/x").empty());
}

TEST_CASE("router: an escaped slash does not split a segment") {
    const auto routes = with({{"GET", "/u/{id}"}, {"GET", "/u/{id}/{more}"}});
    const auto match = routes.find("GET", "/u/a%2fb");
    REQUIRE(match.route != nullptr);
    CHECK(match.route->pattern == "/u/{id}");
    CHECK(match.parameters.at("id") == "a/b");
}

TEST_CASE("router: an escaped letter is the letter, and a broken escape matches nothing") {
    const auto routes = with({{"GET", "/abc"}, {"GET", "/u/{id}"}});
    CHECK(found(routes, "GET", "/a%62c") == "/abc");
    CHECK(found(routes, "GET", "/a%6").empty());
    CHECK(found(routes, "GET", "/u/%zz").empty());
}

TEST_CASE("router: a literal goes before a parameter, from the left, whatever was added first") {
    const auto routes = with({{"GET", "/{a}/x"}, {"GET", "/{a}/{b}"}, {"GET", "/x/{b}"}});
    CHECK(found(routes, "GET", "/y/y") == "/{a}/{b}");
    CHECK(found(routes, "GET", "/y/x") == "/{a}/x");
    CHECK(found(routes, "GET", "/x/x") == "/x/{b}");
}

TEST_CASE("router: a wrong method names the methods there are") {
    const auto routes = with({{"GET", "/a/{x}"}, {"POST", "/a/b"}, {"GET", "/a/b"}});
    const auto wrong = routes.find("PUT", "/a/b");
    CHECK(wrong.route == nullptr);
    CHECK(wrong.allowed == std::vector<std::string>{"GET", "POST"});
    CHECK(routes.find("PUT", "/b").allowed.empty());
    CHECK(routes.find("GET", "/a/b").allowed.empty());
    CHECK(found(routes, "GET", "/a/c") == "/a/{x}");
}

}  // namespace vf::http
