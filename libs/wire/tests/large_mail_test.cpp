#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>
#include <utility>

#include "vf/domain/limits.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/set_aside.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::wire;

namespace {

const instant some_time = from_microseconds(1'700'000'000'123'456);

mail_event mail_of(std::string body) {
    return {domain::project_id{"prj_a"}, mail_source::postmark, std::move(body), some_time};
}

quarantined again(const quarantined& item) {
    const auto record = encode(item);
    auto decoded = decode_quarantined(record);
    REQUIRE(decoded.has_value());
    return std::move(*decoded);
}

}  // namespace

TEST_CASE("mail: whatever its bytes, sizes and source, it survives the wire") {
    const auto size = GENERATE(std::size_t{0}, 1, 127, 128, 16'383, 16'384, 2'097'151, 2'097'152);
    const auto source =
        GENERATE(mail_source::postmark, mail_source::one_click, mail_source::console);
    auto sent = mail_of(std::string(size, '\xff'));
    sent.source = source;
    if (size > 0) {
        sent.body.back() = '\0';
    }
    const auto got = decode_mail(encode(sent, "m"));
    REQUIRE(got.has_value());
    CHECK(got->project == sent.project);
    CHECK(got->source == sent.source);
    CHECK(got->body == sent.body);
    CHECK(got->received_at == sent.received_at);
}

TEST_CASE("mail: the topic goes by the size of the body, the key by its subject") {
    constexpr auto usual = domain::limits::mail_usual_bytes;
    for (const auto size : {usual - 1, usual}) {
        CHECK(encode(mail_of(std::string(size, 'x')), "m").topic == topic::mail);
    }
    CHECK(encode(mail_of(std::string(usual + 1, 'x')), "m").topic == topic::mail_large);
    CHECK(encode(mail_of("{}"), "m").key == "prj_a:m");
    CHECK_FALSE(encode(mail_of("{}"), "").key.has_value());
}

TEST_CASE("mail: the largest body of the door fits its topic, and its set-aside record too") {
    const std::string body(domain::limits::postmark_body_bytes, 'x');
    auto original = encode(mail_of(body), "m");
    original.partition = 0;
    original.offset = 1;
    CHECK(original.value.size() + 1'024 < static_cast<std::size_t>(record_max_of(original.topic)));
    const auto item = set_aside(original, {"mail", "invalid_body", "", ""}, some_time);
    CHECK(item.project.text == "prj_a");
    const auto record = encode(item);
    CHECK(record.topic == topic::quarantine_large);
    CHECK(record.value.size() + 1'024 < static_cast<std::size_t>(record_max_of(record.topic)));
    const auto got = again(item);
    CHECK(got.original.value == original.value);
    CHECK(got.original.topic == topic::mail_large);
    // For people, and for erasures: whom it is from stands in the front.
    CHECK(got.body == body.substr(0, 64U << 10U));
}

TEST_CASE("set aside: what is too large for the usual topic goes on the large one, whole") {
    record original;
    original.topic = topic::mail_large;
    original.partition = 0;
    original.offset = 1;
    constexpr auto usual = static_cast<std::size_t>(record_bytes_max);
    for (const auto size : {std::size_t{1}, usual / 2, usual - (70U << 10U)}) {
        original.value.assign(size, '\xff');
        const auto item = set_aside(original, {"mail", "undecodable_record", "", ""}, some_time);
        CHECK(encode(item).topic == topic::quarantine);
        CHECK(again(item).original.value == original.value);
    }
    for (const auto size : {usual, usual * 2, std::size_t{63} << 20U}) {
        original.value.assign(size, '\xff');
        const auto item = set_aside(original, {"mail", "undecodable_record", "", ""}, some_time);
        CHECK(encode(item).topic == topic::quarantine_large);
        CHECK(again(item).original.value == original.value);
    }
}

TEST_CASE("set aside: of what no topic takes the front is kept") {
    record original;
    original.topic = topic::mail_large;
    original.value.assign(static_cast<std::size_t>(large_record_bytes_max), '\xff');
    const auto item = set_aside(original, {"mail", "undecodable_record", "", ""}, some_time);
    const auto record = encode(item);
    CHECK(record.topic == topic::quarantine_large);
    CHECK(record.value.size() < static_cast<std::size_t>(large_record_bytes_max));
    CHECK(item.reason.detail.contains("67108864 bytes"));
}
