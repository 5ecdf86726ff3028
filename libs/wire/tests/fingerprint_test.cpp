#include "vf/wire/fingerprint.hpp"

#include <catch2/catch_test_macros.hpp>
#include <utility>
#include <vector>

using namespace vf::wire;

namespace {

set_aside_reason reason(std::string code, std::string field, std::string detail) {
    set_aside_reason why;
    why.stage = "normalise";
    why.code = std::move(code);
    why.field = std::move(field);
    why.detail = std::move(detail);
    return why;
}

}  // namespace

TEST_CASE("fingerprint: particulars are left out of a text") {
    const std::vector<std::pair<std::string, std::string>> rows{
        {"", ""},
        {"must be a string", "must be a string"},
        {"events[3].x", "events[#].x"},
        {"invalid_json at byte 17", "invalid_json at byte #"},
        {"\"abc\" is no 'number' for `x`", "'' is no '' for ''"},
        {"it's open", "it's open"},
        {"prj_01hzx of 018f3c2e-0000-7000", "# of #"},
        {"\xc3\xa4 7", "\xc3\xa4 #"},
    };
    for (const auto& [text, kept] : rows) {
        CHECK(without_particulars(text) == kept);
    }
}

TEST_CASE("fingerprint: one cause has one, whatever the record") {
    const auto one = fingerprint_of(reason("invalid_body", "events[3].x", "at byte 17"));
    CHECK(one == fingerprint_of(reason("invalid_body", "events[12].x", "at byte 4")));
    CHECK(one != fingerprint_of(reason("invalid_body", "events[3].y", "at byte 17")));
    CHECK(one != fingerprint_of(reason("invalid_property", "events[3].x", "at byte 17")));
    CHECK(one != fingerprint_of(reason("invalid_body", "events[3].x", "at member 17")));
    CHECK(one.starts_with("v1:"));
    CHECK(one.size() == 19);
}

TEST_CASE("fingerprint: version 1 stays what it is") {
    CHECK(
        fingerprint_of(reason("invalid_body", "timestamp", "Invalid timestamp")) ==
        "v1:76dad1d93d5b887a"
    );
}
