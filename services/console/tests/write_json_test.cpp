#include <optional>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "console/api/write_json.hpp"
#include "vf/json/parse.hpp"

using namespace vf::console;

namespace {

// A row of some resource.
struct numbered {
    std::int64_t number;
};

void write(vf::json::writer& out, const numbered& row) {
    out.begin_object().member("number", row.number).end_object();
}

}  // namespace

TEST_CASE("json: what has no more to show is shown by its id") {
    CHECK(object_json(only_id{"prj_1"}) == R"({"data":{"id":"prj_1"}})");
}

TEST_CASE("json: a page shows its rows, and its next cursor until the end") {
    page<numbered> page{{{1}, {2}}, position{vf::from_microseconds(7), "2"}};
    const std::string more = page_json(page, "numbers");
    CHECK(more.starts_with(R"({"data":[{"number":1},{"number":2}],"meta":{"next_cursor":")"));
    const auto parsed = vf::json::parse(more);
    REQUIRE(parsed);
    const auto cursor = parsed->root().find("meta")->string_at("next_cursor");
    REQUIRE(cursor);
    CHECK(decode_cursor("numbers", *cursor) == page.next);
    page.next.reset();
    CHECK(page_json(page, "numbers").ends_with(R"("meta":{"next_cursor":null}})"));
}

TEST_CASE("json: members are null where there is nothing, bytes are base64 where they are no text"
) {
    vf::json::writer out;
    out.begin_object();
    write_text(out, "a", std::nullopt);
    write_integer(out, "b", std::nullopt);
    write_time(out, "c", std::nullopt);
    write_integer(out, "d", 4);
    write_texts(out, "e", {"x", "y"});
    write_bytes(out, "f", "text");
    write_bytes(out, "g", "\xff");
    out.end_object();
    CHECK(
        std::move(out).take() ==
        R"({"a":null,"b":null,"c":null,"d":4,"e":["x","y"],"f":"text","g_base64":"/w=="})"
    );
}
