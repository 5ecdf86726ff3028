#include "vf/mail/classify_reply.hpp"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <random>
#include <string>
#include <string_view>

#include "vf/base/text.hpp"
#include "vf/mail/machine_mail.hpp"

using namespace std::string_view_literals;
using vf::mail::classify_reply;
using vf::mail::name_of;
using vf::mail::recognise_machine_mail;
using vf::mail::reply_verdict;
using vf::mail::tone;

namespace {

reply_verdict of_text(std::string_view text) {
    return classify_reply({.text_body = std::string{text}});
}

}  // namespace

TEST_CASE("tone: the names of the contract") {
    CHECK(name_of(tone::positive) == "positive");
    CHECK(name_of(tone::neutral) == "neutral");
    CHECK(name_of(tone::negative) == "negative");
    CHECK(name_of(tone::unsubscribe_request) == "unsubscribe_request");
}

TEST_CASE("tone: empty, emoji and marks are neutral, by no rule") {
    const auto text = GENERATE(""sv, " \n\n", "👍", "🙂🙂", "...", "?!?!", "\xff\xfe", "> quoted");
    CAPTURE(text);
    const auto verdict = of_text(text);
    CHECK(verdict.value == tone::neutral);
    CHECK(verdict.rule == "none");
    CHECK(verdict.span.empty());
}

TEST_CASE("tone: an opt-out goes before anger, anger before praise") {
    CHECK(of_text("I hate this, unsubscribe me").value == tone::unsubscribe_request);
    CHECK(
        of_text("Love it, thanks a lot, but please unsubscribe me").value ==
        tone::unsubscribe_request
    );
    CHECK(of_text("Sounds great but we are not interested").value == tone::negative);
    CHECK(of_text("I love the reports. The support is terrible.").value == tone::neutral);
    CHECK(of_text("I love the reports. The support is terrible.").rule == "mixed");
}

TEST_CASE("tone: the span is what the customer wrote") {
    CHECK(of_text("Hi,\nPlease UN\u200bSUBSCRIBE  me!").span == "UN\u200bSUBSCRIBE  me");
    CHECK(of_text("Bitte, ich will mich ABMELDEN.").rule.starts_with("de.opt_out."));
    CHECK(of_text("Don’t email me again").span == "Don’t email me again");
    CHECK(of_text("d\xe9sabonnez-moi").span == "désabonnez-moi");
}

TEST_CASE("tone: a span has its limit and ends with a whole letter") {
    for (const std::size_t less : {0U, 1U, 2U}) {
        std::string word = "désabonn" + std::string(less, 'x');
        for (int i = 0; i < 200; ++i) {
            word += "é";
        }
        const auto verdict = of_text(word);
        CHECK(verdict.value == tone::unsubscribe_request);
        CHECK(verdict.span.size() <= 200);
        CHECK(verdict.span.size() > 190);
        CHECK(vf::is_utf8(verdict.span));
    }
}

TEST_CASE("tone: forms that are compared as one") {
    const auto text = GENERATE(
        "ＵＮＳＵＢＳＣＲＩＢＥ"sv, "𝐮𝐧𝐬𝐮𝐛𝐬𝐜𝐫𝐢𝐛𝐞", "un\u00adsubscribe", "un-subscribe",
        "UNSUBSCRIBE", "de\u0301sabonner", "DÉSABONNER", "desabonner", "ОТПИСАТЬСЯ"
    );
    CAPTURE(text);
    CHECK(of_text(text).value == tone::unsubscribe_request);
}

TEST_CASE("tone: our own footer in the quoted mail is no opt-out") {
    CHECK(of_text("Thanks!\n\nOn Monday, Ann wrote:\n> Hi\n> Unsubscribe").value == tone::positive);
    CHECK(
        classify_reply({.html_body = "<p>Sounds good</p><blockquote>unsubscribe</blockquote>"})
            .value == tone::positive
    );
}

TEST_CASE("tone: what stands below a closing is no feeling, but may be an opt-out") {
    CHECK(of_text("See you.\n\nBest regards\nAnn\nThe worst jokes of town").value == tone::neutral);
    CHECK(
        of_text("See you.\n\nBest regards\nAnn\n\nPS: unsubscribe me").value ==
        tone::unsubscribe_request
    );
}

TEST_CASE("tone: a command is one when it is all that is written") {
    CHECK(of_text("Stop").value == tone::unsubscribe_request);
    CHECK(of_text("Hello,\nplease stop!\nThanks\nAnn Smith").value == tone::unsubscribe_request);
    CHECK(of_text("Stop is the button I cannot find").value == tone::neutral);
    CHECK(of_text("stop?").value == tone::unsubscribe_request);
    CHECK(of_text("Stop\nHow do I do that with the timer?").value == tone::neutral);
}

TEST_CASE("tone: words of several languages that say nothing together are neutral") {
    CHECK(of_text("Hola, wann ist le prochain webinar?").value == tone::neutral);
}

TEST_CASE("tone: random bytes, tags and words are read to the end") {
    std::mt19937 random{4711};
    constexpr auto pieces = std::to_array<std::string_view>({
        "<",
        ">",
        "</div>",
        "<div class=gmail_quote>",
        "<blockquote",
        "&#",
        ";",
        "\n",
        "\n\n",
        "> ",
        "On ",
        " wrote:",
        "From:",
        "To:",
        "Sent:",
        "--",
        "=",
        "=C3",
        "=\n",
        "unsubscribe ",
        "not ",
        "me ",
        "'",
        "-",
        "e-",
        "mail",
        ".",
        "?",
        "!",
        "\xc3",
        "\xe2\x80",
        "\xf0\x9f\x98\x80",
        "配",
        "don't ",
        "melden ",
        "sie ",
        "mich ",
        "ab ",
        "\xff",
        "\r",
        "Content-Type:",
        ",",
    });
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        const auto length = random() % 200;
        for (std::size_t i = 0; i < length; ++i) {
            if (random() % 4 == 0) {
                text.push_back(static_cast<char>(random() % 256));
            } else {
                text += pieces[random() % pieces.size()];
            }
        }
        const vf::mail::inbound_mail mail{
            .from = text,
            .subject = text,
            .text_body = text,
            .html_body = text,
            .headers = {{text, text}}
        };
        static_cast<void>(recognise_machine_mail(mail));
        const auto verdict = classify_reply(mail);
        REQUIRE(vf::is_utf8(verdict.span));
        REQUIRE(classify_reply({.html_body = text}).value <= tone::unsubscribe_request);
        // Twice the same: a verdict is of the text alone.
        REQUIRE(classify_reply(mail).rule == verdict.rule);
    }
}
