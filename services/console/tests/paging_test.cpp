#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "console/api/query_reader.hpp"
#include "console/store/paging.hpp"
#include "vf/base/text.hpp"

using namespace vf::console;
using vf::from_microseconds;

namespace {

struct numbered {
    int number;

    [[nodiscard]] position place() const { return {{}, std::to_string(number)}; }
};

vf::http::request with_query(std::vector<std::pair<std::string, std::string>> query) {
    vf::http::request request;
    request.query = std::move(query);
    return request;
}

}  // namespace

TEST_CASE("cursor: what was encoded is decoded") {
    const auto last = GENERATE(
        position{from_microseconds(0), "key_1"}, position{from_microseconds(-5), "a"},
        position{from_microseconds(1'732'144'730'123'456), "Ünïcode ?&=+/ id"},
        position{from_microseconds(1), "line\nbreak"}
    );
    const auto text = encode_cursor("keys", last);
    CHECK(decode_cursor("keys", text) == last);
    CHECK(
        text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        ) == std::string::npos
    );
}

TEST_CASE("cursor: one of another list is not decoded") {
    const auto text = encode_cursor("keys", {from_microseconds(1), "x"});
    CHECK_FALSE(decode_cursor("users", text));
    CHECK_FALSE(decode_cursor("key", text));
}

TEST_CASE("cursor: tampered text is not decoded") {
    const auto good = encode_cursor("keys", {from_microseconds(12), "key_1"});
    CHECK_FALSE(decode_cursor("keys", ""));
    CHECK_FALSE(decode_cursor("keys", good + "!"));
    CHECK_FALSE(decode_cursor("keys", good.substr(1)));
    const auto plain = GENERATE(
        std::string{"keys"}, std::string{"keys\n12"}, std::string{"keys\n12\n"},
        std::string{"keys\n\nid"}, std::string{"keys\n1x\nid"}, std::string{"keys\n1e3\nid"},
        std::string{"keys\n99999999999999999999\nid"}, std::string{"keys\n1\n\xff"},
        std::string{"keys\n1\nnul\0", 11}
    );
    CHECK_FALSE(decode_cursor("keys", vf::to_base64(plain)));
}

TEST_CASE("page: the row beyond the limit shows that there is a next page") {
    const auto whole = make_page(std::vector<numbered>{{1}, {2}}, 2);
    CHECK(whole.rows.size() == 2);
    CHECK_FALSE(whole.next);
    const auto part = make_page(std::vector<numbered>{{1}, {2}, {3}}, 2);
    CHECK(part.rows.size() == 2);
    REQUIRE(part.next);
    CHECK(part.next->id == "2");
}

TEST_CASE("query: the limit is 1 to 500, 50 without") {
    const auto request = with_query({});
    query_reader none{request};
    CHECK(none.paging("keys").limit == 50);
    CHECK(none.finish());

    const auto low = with_query({{"limit", "1"}});
    query_reader lowest{low};
    CHECK(lowest.paging("keys").limit == 1);
    CHECK(lowest.finish());

    const auto high = with_query({{"limit", "500"}});
    query_reader highest{high};
    CHECK(highest.paging("keys").limit == 500);
    CHECK(highest.finish());

    const auto bad = GENERATE("0", "501", "-1", "x", "", "5x", "99999999999999999999");
    const auto wrong = with_query({{"limit", bad}});
    query_reader refused{wrong};
    CHECK(refused.paging("keys").limit == 50);
    const auto end = refused.finish();
    REQUIRE_FALSE(end);
    CHECK(end.error().status == 422);
    CHECK(end.error().code == "validation_failed");
    CHECK(end.error().field == "limit");
}

TEST_CASE("query: a cursor of this list is taken, any other is 422") {
    const position last{from_microseconds(7), "key_1"};
    const auto request = with_query({{"cursor", encode_cursor("keys", last)}});
    query_reader good{request};
    CHECK(good.paging("keys").after == last);
    CHECK(good.finish());

    query_reader bad{request};
    CHECK_FALSE(bad.paging("users").after);
    const auto end = bad.finish();
    REQUIRE_FALSE(end);
    CHECK(end.error().field == "cursor");
}

TEST_CASE("query: what nobody reads is refused by its name") {
    const auto request = with_query({{"event", "evt_1"}});
    query_reader query{request};
    CHECK_FALSE(query.text("event_id"));
    const auto end = query.finish();
    REQUIRE_FALSE(end);
    CHECK(end.error().field == "event");
}

TEST_CASE("query: a parameter that is there twice is refused") {
    const auto request = with_query({{"name", "a"}, {"name", "b"}});
    query_reader query{request};
    CHECK_FALSE(query.text("name"));
    const auto end = query.finish();
    REQUIRE_FALSE(end);
    CHECK(end.error().field == "name");
}

TEST_CASE("query: a word outside its list is refused") {
    const auto request = with_query({{"state", "alive"}});
    query_reader query{request};
    CHECK(query.word("state", {"dead", "pending"}) == "alive");
    const auto end = query.finish();
    REQUIRE_FALSE(end);
    CHECK(end.error().field == "state");
    CHECK(end.error().message == "must be one of dead, pending");
}
