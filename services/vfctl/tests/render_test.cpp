#include <string>

#include <catch2/catch_test_macros.hpp>

#include "vfctl/render.hpp"

using vf::vfctl::render;
using vf::vfctl::render_refusal;

TEST_CASE("vfctl: a list is shown as columns, with the way to its next page") {
    CHECK(
        render(R"({"data":[{"id":"a","n":1},{"id":"long","n":null}],"meta":{"next_cursor":"xy"}})"
        ) ==
        "id    n\n"
        "a     1\n"
        "long  -\n"
        "there is more: --cursor xy\n"
    );
    CHECK(render(R"({"data":[],"meta":{"next_cursor":null}})") == "none\n");
}

TEST_CASE("vfctl: rows that differ in their fields share one table") {
    CHECK(
        render(R"({"data":[{"id":"a","body":"x"},{"id":"b","body_base64":"/w=="}]})") ==
        "id  body  body_base64\n"
        "a   x\n"
        "b         /w==\n"
    );
}

TEST_CASE("vfctl: one thing is shown as names and values, lists in it as tables") {
    CHECK(
        render(R"({"data":{"id":"d","ok":true,"traits":{"a": 1},"history":[{"run":1}]}})") ==
        "id       d\n"
        "ok       yes\n"
        "traits   {\"a\": 1}\n"
        "history\n"
        "  run\n"
        "  1\n"
    );
}

TEST_CASE("vfctl: a terminal is never handed control characters") {
    CHECK(render("{\"data\":{\"a\":\"x\\u001b[31m\\u0007\xc2\x9b\"}}") == "a  x [31m  \n");
    CHECK(render("\x1b]0;title") == " ]0;title\n");
}

TEST_CASE("vfctl: a wide cell is cut between characters, and marked") {
    std::string wide;
    for (int i = 0; i < 60; ++i) {
        wide += "ü";
    }
    const std::string shown = render(R"({"data":[{"a":")" + wide + R"("}]})");
    CHECK(shown.ends_with("ü…\n"));
    CHECK(render(R"({"data":{"a":")" + wide + R"("}})") == "a  " + wide + "\n");
}

TEST_CASE("vfctl: a refusal shows code, message and field") {
    CHECK(
        render_refusal(
            R"({"errors":[{"code":"validation_failed","message":"required","field":"name"}]})"
        ) == "validation_failed: required (name)"
    );
    CHECK(render_refusal(R"({"errors":[{"code":"not_found","message":"no"}]})") == "not_found: no");
    CHECK(render_refusal("<html>\n") == "<html> ");
}
