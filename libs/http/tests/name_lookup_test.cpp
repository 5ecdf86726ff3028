#include "client/name_lookup.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "name_fixture.hpp"
#include "vf/support/temp_folder.hpp"

namespace vf::http {

namespace {

using namespace std::chrono_literals;
using tests::answer_with;
using tests::dns_query;
using tests::dns_reply;
using tests::dns_server;
using tests::name_fixture;
using tests::type_a;
using tests::type_aaaa;
using tests::type_ns;

using replies = std::vector<std::string>;

// Nothing for names that start so, NXDOMAIN for all else.
dns_server::script silent_about(std::string prefix) {
    return [prefix = std::move(prefix)](const dns_query& query) {
        return query.name.starts_with(prefix) ? replies{} : answer_with(query, "", {});
    };
}

// Newer c-ares answers itself within the second of an answer, whatever it is told. Ends by the
// limit of the test when the name is never asked for again.
void ask_until(
    name_fixture& fixture, const dns_server& server, const std::string& name, std::size_t count
) {
    while (server.count(name) < count) {
        static_cast<void>(fixture.find(name));
    }
    CHECK(server.count(name) >= count);
}

}  // namespace

TEST_CASE("names: both families are found, IPv4 first and in turns") {
    const std::vector<std::string> addresses{
        "2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2", "192.0.2.3"
    };
    dns_server server{[&](const dns_query& query) {
        return answer_with(query, "a.test", addresses);
    }};
    name_fixture fixture{name_fixture::to(server)};
    CHECK(fixture.text_of("a.test") == "192.0.2.1 2001:db8::1 192.0.2.2 2001:db8::2 192.0.2.3");
}

TEST_CASE("names: literals and localhost are not asked for") {
    dns_server server{silent_about("")};
    name_fixture fixture{name_fixture::to(server)};
    CHECK(fixture.text_of("localhost") == "127.0.0.1");
    CHECK(fixture.text_of("192.0.2.7") == "192.0.2.7");
    CHECK(fixture.text_of("2001:db8::7") == "2001:db8::7");
    CHECK(server.queries().empty());
}

TEST_CASE("names: the hosts file goes before the servers") {
    std::ifstream file{"/etc/hosts"};
    std::string address, name;
    for (std::string line; name.empty() && std::getline(file, line);) {
        std::istringstream words{line.substr(0, line.find('#'))};
        words >> address >> name;
        if (!ip_address::parse(address) || name == "localhost") {
            name.clear();
        }
    }
    if (name.empty()) {
        SKIP("this machine's file names nothing but localhost");
    }
    dns_server server{silent_about("")};
    name_fixture fixture{name_fixture::to(server)};
    CHECK(fixture.text_of(name).starts_with(ip_address::parse(address)->text()));
    CHECK(server.queries().empty());
}

TEST_CASE("names: what is found is kept for as long as its records say, within bounds") {
    struct row {
        std::uint32_t ttl;
        vf::duration least;
        vf::duration most;
        bool kept;
    };

    const std::vector<row> rows{
        {0, 0s, 1h, false},
        {0, 1h, 1h, true},
        {3'600, 0s, 2h, true},
        {3'600, 0s, 0s, false},
    };
    for (const auto& [ttl, least, most, kept] : rows) {
        INFO(ttl);
        dns_server server{[&](const dns_query& query) {
            return answer_with(query, "a.test", {"192.0.2.1", "2001:db8::1"}, ttl);
        }};
        auto options = name_fixture::to(server);
        options.found_kept_min = least;
        options.found_kept_max = most;
        name_fixture fixture{options};
        for (int count = 0; count < 3; ++count) {
            CHECK(fixture.text_of("a.test") == "192.0.2.1 2001:db8::1");
        }
        if (kept) {
            CHECK(server.count("a.test") == 1);
        } else {
            ask_until(fixture, server, "a.test", 2);
        }
    }
}

TEST_CASE("names: an alias is good for no longer than each of its links") {
    for (const std::uint32_t ttl : {0U, 3'600U}) {
        dns_server server{[&](const dns_query& query) {
            dns_reply reply{query};
            reply.alias("a.test", "b.test", 3'600).alias("b.test", "c.test", ttl);
            if (query.type == type_a) {
                reply.address("c.test", "192.0.2.9", 3'600);
            }
            return replies{reply.bytes()};
        }};
        auto options = name_fixture::to(server);
        options.found_kept_min = 0s;
        name_fixture fixture{options};
        CHECK(fixture.text_of("a.test") == "192.0.2.9");
        CHECK(fixture.text_of("a.test") == "192.0.2.9");
        if (ttl == 0) {
            ask_until(fixture, server, "a.test", 2);
        } else {
            CHECK(server.count("a.test") == 1);
        }
    }
}

TEST_CASE("names: that there is none is kept for a time") {
    dns_server server{[](const dns_query& query) {
        return replies{dns_reply{query}.code(query.name == "nodata.test" ? 0 : 3).bytes()};
    }};
    for (const bool kept : {true, false}) {
        auto options = name_fixture::to(server);
        options.absent_kept = kept ? vf::duration{1h} : vf::duration{0};
        name_fixture fixture{options};
        for (const char* name : {"none.test", "nodata.test"}) {
            const auto before = server.count(name);
            for (int count = 0; count < 3; ++count) {
                CHECK(fixture.text_of(name) == "name_not_resolved");
            }
            if (kept) {
                CHECK(server.count(name) == before + 1);
            } else {
                ask_until(fixture, server, name, before + 2);
            }
        }
    }
}

TEST_CASE("names: who needs a name at one time shares one look-up") {
    dns_server server{[](const dns_query& query) {
        return answer_with(query, "a.test", {"192.0.2.1"}, 0);
    }};
    name_fixture fixture{name_fixture::to(server)};
    for (const auto& answer : fixture.find_all(std::vector<std::string>(50, "a.test"))) {
        CHECK(name_fixture::text(answer) == "192.0.2.1");
    }
    CHECK(server.count("a.test", type_a) == 1);
    CHECK(server.count("a.test", type_aaaa) == 1);
}

TEST_CASE("names: a thousand that nobody answers hold back none that is answered") {
    dns_server server{[](const dns_query& query) {
        return query.name.starts_with("silent") ? replies{}
                                                : answer_with(query, "a.test", {"192.0.2.1"});
    }};
    auto options = name_fixture::to(server);
    options.limit = 1s;
    name_fixture fixture{options};
    std::vector<std::string> all;
    for (int number = 0; number < 1'000; ++number) {
        all.push_back(fmt::format("silent{}.test", number));
    }
    all.emplace_back("a.test");
    const auto answers = fixture.find_all(all);
    CHECK(fixture.ended.front() == "a.test");
    CHECK(name_fixture::text(answers.back()) == "192.0.2.1");
    CHECK(name_fixture::text(answers.front()) == "name_not_resolved");
}

TEST_CASE("names: beyond what may run at once a look-up is refused, and waits for none") {
    dns_server server{silent_about("silent")};
    auto options = name_fixture::to(server);
    options.running_max = 2;
    name_fixture fixture{options};
    const auto answers =
        fixture.find_all({"silent1.test", "silent2.test", "silent1.test", "silent3.test"});
    CHECK(fixture.ended.front() == "silent3.test");
    CHECK(name_fixture::text(answers[3]) == "lookups_busy");
    CHECK(name_fixture::text(answers[2]) == "name_not_resolved");
}

TEST_CASE("names: the limit of whoever asks may be shorter than that of the look-up") {
    dns_server server{silent_about("silent")};
    name_fixture fixture{name_fixture::to(server)};
    fixture.limit = 10ms;
    CHECK(fixture.text_of("silent.test") == "timed_out");
    fixture.limit = 10s;
    CHECK(fixture.text_of("silent.test") == "name_not_resolved");
}

TEST_CASE("names: one family is enough when the other has no answer") {
    dns_server server{[](const dns_query& query) {
        return query.type == type_aaaa ? replies{} : answer_with(query, "a.test", {"192.0.2.1"});
    }};
    auto options = name_fixture::to(server);
    options.limit = 20s;
    options.second_family_limit = 10ms;
    name_fixture fixture{options};
    fixture.limit = 5s;
    CHECK(fixture.text_of("a.test") == "192.0.2.1");
}

TEST_CASE("names: an answer is good for its time, however long the other family has none") {
    std::atomic<bool> moved{false};
    dns_server server{[&](const dns_query& query) {
        return query.type == type_aaaa
                   ? replies{}
                   : answer_with(query, "a.test", {moved ? "192.0.2.2" : "192.0.2.1"}, 0);
    }};
    auto options = name_fixture::to(server);
    options.limit = 1h;
    options.second_family_limit = 10ms;
    options.found_kept_min = 0s;
    options.failure_kept = 0s;
    name_fixture fixture{options};
    CHECK(fixture.text_of("a.test") == "192.0.2.1");
    moved = true;
    // Newer c-ares keeps answers of its own for a second.
    std::string text;
    for (int tries = 0; text != "192.0.2.2" && tries < 300; ++tries) {
        text = fixture.text_of("a.test");
    }
    CHECK(text == "192.0.2.2");
}

TEST_CASE("names: search domains are for who wants them") {
    dns_server server{[](const dns_query& query) {
        return answer_with(query, "intranet.corp.test", {"192.0.2.1"});
    }};
    const support::temp_folder folder;
    const auto path = folder.path() + "/resolv.conf";
    std::ofstream{path} << "search corp.test\noptions ndots:3\n";
    auto options = name_fixture::to(server);
    options.resolv_conf = path;
    name_fixture with_search{options, true};
    CHECK(with_search.text_of("intranet") == "192.0.2.1");
    const auto before = server.queries().size();
    name_fixture absolute{options};
    CHECK(absolute.text_of("intranet") == "name_not_resolved");
    CHECK(absolute.text_of("www.intranet") == "name_not_resolved");
    CHECK(server.queries().size() == before + 4);
}

TEST_CASE("names: servers are read again after resolv.conf has changed") {
    const auto answering = [](const char* text) {
        return [text](const dns_query& query) { return answer_with(query, "a.test", {text}, 0); };
    };
    dns_server first{answering("192.0.2.1")};
    dns_server second{answering("192.0.2.2"), "127.0.0.2", first.port()};
    const support::temp_folder folder;
    const auto path = folder.path() + "/resolv.conf";
    std::ofstream{path} << "nameserver 127.0.0.1\n";
    auto options = name_fixture::to(first);
    options.servers.clear();
    options.resolv_conf = path;
    options.resolv_conf_port = first.port();
    options.resolv_conf_interval = 0s;
    options.found_kept_min = 0s;
    name_fixture fixture{options};
    CHECK(fixture.text_of("a.test") == "192.0.2.1");
    const auto next = folder.path() + "/next";
    std::ofstream{next} << "nameserver 127.0.0.2\n";
    std::filesystem::rename(next, path);
    CHECK(fixture.text_of("a.test") == "192.0.2.2");
}

TEST_CASE("names: a client that ends leaves its look-ups behind in peace") {
    dns_server server{silent_about("silent")};
    name_fixture fixture{name_fixture::to(server)};
    fixture.limit = 10ms;
    CHECK(fixture.text_of("silent.test") == "timed_out");
    fixture.names.reset();
    fixture.events.run();
    CHECK(server.count("silent.test") == 1);
}

}  // namespace vf::http
