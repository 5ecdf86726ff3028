#include "client/name_lookup.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "name_fixture.hpp"

namespace vf::http {

namespace {

using namespace std::chrono_literals;
using tests::answer_with;
using tests::dns_query;
using tests::dns_reply;
using tests::dns_server;
using tests::name_fixture;
using tests::type_a;
using tests::type_ns;

using replies = std::vector<std::string>;

constexpr unsigned server_failed = 2;

std::vector<std::string> addresses(std::size_t count) {
    std::vector<std::string> all;
    for (std::size_t number = 0; number < count; ++number) {
        all.push_back(fmt::format("192.0.2.{}", number + 1));
    }
    return all;
}

}  // namespace

TEST_CASE("names: a name without answer is its own fault while the root answers") {
    for (const bool silent : {true, false}) {
        INFO(silent);
        dns_server server{[silent](const dns_query& query) {
            if (query.name == ".") {
                return answer_with(query, ".", {});
            }
            return silent ? replies{} : replies{dns_reply{query}.code(server_failed).bytes()};
        }};
        name_fixture fixture{name_fixture::to(server)};
        CHECK(fixture.text_of("broken.test") == "name_not_resolved");
        CHECK(server.count(".", type_ns) == 1);
    }
}

TEST_CASE("names: a name without answer is its own fault when another was answered meanwhile") {
    dns_server server{[](const dns_query& query) {
        return query.name == "a.test" ? answer_with(query, "a.test", {"192.0.2.1"}) : replies{};
    }};
    name_fixture fixture{name_fixture::to(server)};
    const auto answers = fixture.find_all({"silent.test", "a.test"});
    CHECK(name_fixture::text(answers[0]) == "name_not_resolved");
    CHECK(server.count(".", type_ns) == 0);
}

TEST_CASE("names: when nothing is answered no name is at fault, until something is") {
    for (const bool silent : {true, false}) {
        INFO(silent);
        std::atomic<bool> works{false};
        dns_server server{[&](const dns_query& query) {
            if (works) {
                return answer_with(query, "a.test", {"192.0.2.1"});
            }
            return silent ? replies{} : replies{dns_reply{query}.code(server_failed).bytes()};
        }};
        auto options = name_fixture::to(server);
        options.failure_kept = 0s;
        name_fixture fixture{options};
        const auto answers = fixture.find_all({"a.test", "b.test"});
        CHECK(name_fixture::text(answers[0]) == "resolver_unavailable");
        CHECK(name_fixture::text(answers[1]) == "resolver_unavailable");
        CHECK(server.count(".", type_ns) >= 1);
        works = true;
        // What was sent before may still be on its way.
        std::string found;
        while (found != "192.0.2.1") {
            found = fixture.text_of("a.test");
            CHECK((found == "192.0.2.1" || found == "resolver_unavailable"));
        }
        CHECK(fixture.text_of("c.test") == "name_not_resolved");
    }
}

TEST_CASE("names: an answer from before says nothing about now") {
    std::atomic<bool> works{true};
    dns_server server{[&](const dns_query& query) {
        return works ? answer_with(query, "a.test", {"192.0.2.1"}) : replies{};
    }};
    name_fixture fixture{name_fixture::to(server)};
    CHECK(fixture.text_of("a.test") == "192.0.2.1");
    works = false;
    CHECK(fixture.text_of("b.test") == "resolver_unavailable");
}

TEST_CASE("names: a server that is not there is no fault of any name") {
    name_options options;
    {
        dns_server gone{[](const dns_query&) { return replies{}; }};
        options = name_fixture::to(gone);
    }
    name_fixture fixture{options};
    CHECK(fixture.text_of("a.test") == "resolver_unavailable");
}

TEST_CASE("names: a failure is kept for a time") {
    dns_server server{[](const dns_query& query) {
        return query.name == "." ? answer_with(query, ".", {})
                                 : replies{dns_reply{query}.code(server_failed).bytes()};
    }};
    name_fixture fixture{name_fixture::to(server)};
    CHECK(fixture.text_of("broken.test") == "name_not_resolved");
    const auto before = server.queries().size();
    CHECK(fixture.text_of("broken.test") == "name_not_resolved");
    CHECK(server.queries().size() == before);
}

TEST_CASE("names: of two servers the second is enough") {
    dns_server silent{[](const dns_query&) { return replies{}; }};
    dns_server sound{[](const dns_query& query) {
        return answer_with(query, "a.test", {"192.0.2.1"});
    }};
    auto options = name_fixture::to(silent);
    options.servers.push_back(sound.where());
    options.limit = 5s;
    options.second_family_limit = 5s;
    name_fixture fixture{options};
    CHECK(fixture.text_of("a.test") == "192.0.2.1");
}

TEST_CASE("names: a truncated answer is fetched over TCP") {
    const auto many = addresses(60);
    dns_server server{[&](const dns_query& query) {
        if (!query.tcp) {
            return replies{dns_reply{query}.truncated().bytes()};
        }
        return answer_with(query, "a.test", many);
    }};
    auto options = name_fixture::to(server);
    options.limit = 5s;
    options.second_family_limit = 5s;
    name_fixture fixture{options};
    const auto found = fixture.find("a.test");
    REQUIRE(found);
    CHECK(found->size() == 60);
}

TEST_CASE("names: of addresses there may be many, but not any number") {
    for (const std::size_t count : {63U, 64U, 65U}) {
        const auto many = addresses(count);
        dns_server server{[&](const dns_query& query) { return answer_with(query, "a.test", many); }
        };
        name_fixture fixture{name_fixture::to(server)};
        const auto found = fixture.find("a.test");
        CHECK(found.has_value() == (count <= 64));
        if (!found) {
            CHECK(found.error().code == "name_not_resolved");
        }
    }
}

TEST_CASE("names: an answer to another question is none") {
    dns_server server{[](const dns_query& query) {
        if (query.name == ".") {
            return answer_with(query, ".", {});
        }
        const auto other = static_cast<std::uint16_t>(query.id + 1);
        auto forged = dns_reply{query}.id(other).address(query.name, "192.0.2.66").bytes();
        replies all{std::move(forged)};
        if (query.name == "a.test") {
            all.push_back(answer_with(query, "a.test", {"192.0.2.1"}).front());
        }
        return all;
    }};
    name_fixture fixture{name_fixture::to(server)};
    CHECK(fixture.text_of("a.test") == "192.0.2.1");
    CHECK(fixture.text_of("b.test") == "name_not_resolved");
}

TEST_CASE("names: bytes that are no answer are none") {
    const std::vector<std::string> rows{
        "", "x", std::string(11, '\0'), std::string(4'000, '\xff'), std::string(60'000, 'x'),
    };
    for (const auto& bytes : rows) {
        INFO(bytes.size());
        dns_server server{[&](const dns_query& query) {
            if (query.name == ".") {
                return answer_with(query, ".", {});
            }
            // Its id is right, so that somebody looks at it.
            return replies{dns_reply{query}.bytes().substr(0, 2) + bytes};
        }};
        name_fixture fixture{name_fixture::to(server)};
        CHECK(fixture.text_of("a.test") == "name_not_resolved");
    }
}

TEST_CASE("names: aliases that lead nowhere, or in a ring, are no addresses") {
    dns_server server{[](const dns_query& query) {
        dns_reply reply{query};
        reply.alias("a.test", "b.test");
        if (query.name == "ring.test") {
            reply = dns_reply{query};
            reply.alias("ring.test", "b.test").alias("b.test", "ring.test");
        }
        return replies{reply.bytes()};
    }};
    name_fixture fixture{name_fixture::to(server)};
    CHECK(fixture.text_of("a.test") == "name_not_resolved");
    CHECK(fixture.text_of("ring.test") == "name_not_resolved");
}

TEST_CASE("names: what cannot be a name is not asked for, and shows no life") {
    dns_server server{[](const dns_query&) { return replies{}; }};
    name_fixture fixture{name_fixture::to(server)};
    CHECK(fixture.text_of(std::string(64, 'a') + ".test") == "name_not_resolved");
    CHECK(fixture.text_of("a..test") == "name_not_resolved");
    CHECK(server.queries().empty());
    CHECK(fixture.text_of("b.test") == "resolver_unavailable");
}

TEST_CASE("name servers: addresses with or without a port") {
    const auto parsed =
        parse_name_servers("192.0.2.1, 192.0.2.2:5353,[2001:db8::1]:54,2001:db8::2");
    REQUIRE(parsed);
    const std::vector<name_server> expected{
        {*ip_address::parse("192.0.2.1"), 53},
        {*ip_address::parse("192.0.2.2"), 5353},
        {*ip_address::parse("2001:db8::1"), 54},
        {*ip_address::parse("2001:db8::2"), 53},
    };
    CHECK(*parsed == expected);
    CHECK(parse_name_servers(" ")->empty());
    for (const char* text :
         {"ns.example.com", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:x", ",",
          "192.0.2.1,", "[2001:db8::1", "[2001:db8::1]5", "[]", "192.0.2.1 192.0.2.2"}) {
        INFO(text);
        const auto refused = parse_name_servers(text);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == "name_server_invalid");
    }
}

}  // namespace vf::http
