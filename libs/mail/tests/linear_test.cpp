// No input makes the reading of replies do more than a fixed amount of work for each byte: steps
// are counted, not timed.

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "html_text.hpp"
#include "phrase_table.hpp"
#include "vf/mail/classify_reply.hpp"
#include "vf/mail/reply_text.hpp"
#include "without_history.hpp"
#include "words.hpp"

using namespace std::string_view_literals;
using namespace vf::mail;

namespace {

constexpr std::size_t megabyte = std::size_t{1} << 20U;

std::string repeated(std::string_view piece, std::size_t size) {
    std::string text;
    text.reserve(size + piece.size());
    while (text.size() < size) {
        text += piece;
    }
    return text;
}

}  // namespace

TEST_CASE("linear: lines that are looked at, over doubled inputs") {
    const auto piece = GENERATE(
        ">\n"sv, "\n", "On 1\n", "From: a\n", "From: a\n\n", "On 1 wrote:\n>\n", "To: a\n",
        "Sent from my x\n", "a b\n", "-- x\n"
    );
    CAPTURE(piece);
    for (const std::size_t size : {megabyte / 4, megabyte / 2, megabyte}) {
        const std::string text = repeated(piece, size);
        const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
        CHECK(without_history(text, text.size(), text.size()).visited <= 14 * (lines + 1));
    }
}

TEST_CASE("linear: words that are looked at, over doubled inputs") {
    static const phrase_table table{std::array{english(), german(), french()}};
    const auto piece = GENERATE(
        "me "sv, "not ", "unsubscribe ", "take me off ", "dont want to ", "please ", "no more of ",
        "melden sie mich ", "ne me ", "x ", "stop sending me the "
    );
    CAPTURE(piece);
    REQUIRE(table.longest() <= 16);
    for (const std::size_t size : {megabyte / 4, megabyte / 2, megabyte}) {
        const word_text text = split_words(repeated(piece, size));
        const auto found = table.find(text);
        CHECK(found.steps <= (table.longest() + 1) * text.words.size());
        CHECK(found.matches.size() <= phrase_kinds * text.words.size());
    }
}

TEST_CASE("linear: a text of HTML is never longer than its source") {
    const auto piece = GENERATE(
        "<"sv, "<a", "<b><i>", "<blockquote>", "<div>", "<!--", "&", "&#", "&eacute;", "<script>",
        "</"
    );
    CAPTURE(piece);
    const std::string source = repeated(piece, megabyte);
    CHECK(html_text(source, quote_blocks::mail_clients_too, megabyte).size() <= source.size());
}

TEST_CASE("linear: a megabyte of anything is judged by its front, and ends") {
    const auto piece = GENERATE(
        ">"sv, "word", "<", "<b>", "<div><blockquote>", "\n", "=", "=C3", "A", "'", "-", "é",
        "\xff", "不", "e-", "on 1\n", "from: \n"
    );
    CAPTURE(piece);
    const std::string body = repeated(piece, megabyte);
    CHECK(reply_text({.text_body = body}).size() <= reply_text_max);
    CHECK(classify_reply({.text_body = body}).value == tone::neutral);
    CHECK(classify_reply({.html_body = body}).value == tone::neutral);
}

TEST_CASE("linear: an opt-out before a megabyte of something else is heard") {
    const std::string body = "unsubscribe me.\n" + repeated("word ", megabyte);
    CHECK(classify_reply({.text_body = body}).value == tone::unsubscribe_request);
}
