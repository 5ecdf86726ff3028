#include "vf/json/split.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "vf/json/canonical.hpp"
#include "vf/json/parse.hpp"

using namespace std::string_view_literals;
using vf::json::parse;
using vf::json::split;

namespace {

using views = std::vector<std::string_view>;

}  // namespace

TEST_CASE("split: the items are cut out where they stand") {
    const auto cut = split(R"({"a":[9],"l":[1,{"x":[1,2]},"],[\"", [] ],"b":{"l":[3]}})", "l", 9);
    CHECK(cut.found);
    CHECK_FALSE(cut.more);
    CHECK_FALSE(cut.broken);
    CHECK(cut.items == views{"1", R"({"x":[1,2]})", R"("],[\"")", " [] "});
    CHECK(cut.envelope == R"({"a":[9],"l":[],"b":{"l":[3]}})");
}

TEST_CASE("split: white space and escapes change nothing") {
    const auto cut = split(" { \"\\u006c\" : [ 1 ,\n2 ] } ", "l", 9);
    CHECK(cut.items == views{"1 ", "\n2 "});
    CHECK(cut.envelope == " { \"\\u006c\" : [] } ");
    CHECK(split(R"({"l":[ ]})", "l", 9).items.empty());
    CHECK(split(R"({"l":[ ]})", "l", 9).found);
}

TEST_CASE("split: an object without that array is left as it is") {
    const std::string_view text = GENERATE(
        ""sv, "{}", "[]", "[1]", R"({"l":{}})", R"({"l":1,"m":[1]})", R"({"m":{"l":[1]}})",
        R"("l")", R"({l:[1]})", R"({"l" [1]})", R"({"m":1 "l":[1]})", R"({"m":1)", R"({"m)", "{\"l",
        "{\"l\\", R"({"l":)", "nonsense"
    );
    CAPTURE(text);
    const auto cut = split(text, "l", 9);
    CHECK_FALSE(cut.found);
    CHECK(cut.items.empty());
    CHECK(cut.envelope == text);
}

TEST_CASE("split: no more items are cut than may be") {
    CHECK_FALSE(split(R"({"l":[1,2]})", "l", 2).more);
    const auto cut = split(R"({"l":[1,2,3]})", "l", 2);
    CHECK(cut.more);
    CHECK(cut.items.size() == 2);
}

TEST_CASE("split: an array that does not end is broken") {
    const std::string_view text = GENERATE(
        R"({"l":[)"sv, R"({"l":[1)", R"({"l":[1,)", R"({"l":[1})", R"({"l":["]})",
        R"({"l":["a\"]})", R"({"l":[[1]})", R"({"l":["\)"
    );
    CAPTURE(text);
    CHECK(split(text, "l", 9).broken);
}

TEST_CASE("split: a text is JSON when its envelope and every item are, and not otherwise") {
    const std::vector<std::string> pieces{
        "{", "}",        "[", "]",        ",",  ":",  "\"l\"",   "\"a\"", "1",  "null",
        " ", "\"\\\"\"", "[", "{\"l\":[", "]}", "1,", "{\"a\":", "\\",    "\"",
    };
    std::mt19937 random{20};
    int sound = 0;
    for (int round = 0; round < 200'000; ++round) {
        std::string text = round % 2 == 0 ? "{\"l\":[" : "";
        for (auto count = random() % 9; count > 0; --count) {
            text += pieces[random() % pieces.size()];
        }
        text += round % 4 == 0 ? "]}" : "";
        const auto whole = parse(text);
        const auto cut = split(text, "l", 100);
        bool parts = !cut.broken && parse(cut.envelope).has_value();
        for (const auto item : cut.items) {
            parts = parts && parse(item).has_value();
        }
        CAPTURE(text);
        REQUIRE(parts == whole.has_value());
        sound += whole.has_value() && !cut.items.empty() ? 1 : 0;
    }
    CHECK(sound > 100);
}

TEST_CASE("split: what is read in parts has the canonical text of the whole") {
    const std::string text =
        R"({"z":{"l":[]},"l":[{"b":1,"a":[2]},"x",3.10],"historical":true,"a":[1]})";
    const auto cut = split(text, "l", 9);
    std::string items;
    for (const auto item : cut.items) {
        vf::json::append_canonical(items, parse(item)->root());
    }
    const auto envelope = parse(cut.envelope).value();
    CHECK(
        vf::json::canonical(envelope.root(), "l", items) == vf::json::canonical(parse(text)->root())
    );
}
