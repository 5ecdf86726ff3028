#include <string>

#include <catch2/catch_test_macros.hpp>

#include "console/resources/quarantine.hpp"
#include "console/tests/fields_of.hpp"

using namespace vf::console;

TEST_CASE("quarantine item: its body is shown as text, or as base64 where it is none") {
    quarantine_row row;
    row.id = "qtn_1";
    row.body = R"({"name":5})";
    CHECK(
        fields_of(row) ==
        field_names{"id", "code", "field", "stage", "fingerprint", "state", "received_at", "body"}
    );
    CHECK(object_json(row).find(R"("body":"{\"name\":5}")") != std::string::npos);
    row.body = "\xff";
    CHECK(
        fields_of(row) ==
        field_names{
            "id", "code", "field", "stage", "fingerprint", "state", "received_at", "body_base64"
        }
    );
    CHECK(object_json(row).find(R"("body_base64":"/w==")") != std::string::npos);
}

TEST_CASE("quarantine item: in detail it has source, key, headers and value") {
    quarantine_detail detail;
    detail.item.id = "qtn_1";
    detail.item.original.topic = "vf.ingest";
    detail.item.original.partition = 3;
    detail.item.original.offset = 12;
    detail.item.original.key = "prj_1:u1";
    detail.item.original.value = std::string{"\x01\x00", 2};
    detail.item.original.headers = {{"traceparent", "00-a"}, {"raw", "\xfe"}};
    CHECK(
        fields_of(detail) ==
        field_names{
            "id", "code", "field", "stage", "fingerprint", "state", "received_at", "body",
            "project_id", "event_id", "detail", "source", "key", "headers", "value_base64",
            "set_aside_at", "replayed_at", "attached_at", "replays"
        }
    );
    const std::string text = object_json(detail);
    CHECK(
        text.find(R"("source":{"topic":"vf.ingest","partition":3,"offset":12})") !=
        std::string::npos
    );
    CHECK(text.find(R"({"name":"traceparent","value":"00-a"})") != std::string::npos);
    CHECK(text.find(R"({"name":"raw","value_base64":"/g=="})") != std::string::npos);
    CHECK(text.find(R"("value_base64":"AQA=")") != std::string::npos);
}

TEST_CASE("quarantine group: it has exactly the fixed fields") {
    quarantine_group group;
    group.samples = {"qtn_1", "qtn_2"};
    CHECK(
        fields_of(group) ==
        field_names{
            "fingerprint", "stage", "code", "field", "detail", "count", "open", "projects",
            "first_at", "last_at", "samples"
        }
    );
    CHECK(object_json(group).find(R"("samples":["qtn_1","qtn_2"])") != std::string::npos);
}
