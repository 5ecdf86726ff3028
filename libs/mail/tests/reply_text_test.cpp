#include "vf/mail/reply_text.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <string_view>

#include "vf/base/text.hpp"

using namespace std::string_view_literals;
using vf::mail::body_marks_max;
using vf::mail::body_read_max;
using vf::mail::reply_text;
using vf::mail::reply_text_max;

namespace {

std::string of_text(std::string_view body) {
    return reply_text({.text_body = std::string{body}});
}

std::string of_html(std::string_view body) {
    return reply_text({.html_body = std::string{body}});
}

std::string quoted_lines(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += ">\n";
    }
    return text;
}

}  // namespace

TEST_CASE("reply text: the provider's stripped reply counts, else the text, else the HTML") {
    CHECK(reply_text({}).empty());
    CHECK(reply_text({.text_body = "b", .stripped_reply = "a", .html_body = "c"}) == "a");
    CHECK(reply_text({.text_body = "b", .stripped_reply = " \n", .html_body = "c"}) == "b");
    CHECK(reply_text({.text_body = "> x", .html_body = "<p>c</p>"}) == "c");
    CHECK(reply_text({.text_body = "b", .stripped_reply = "> quoted"}) == "b");
}

TEST_CASE("reply text: quoted lines go, answers below and between them stay") {
    CHECK(of_text("Yes\n\n> really?\n>> so\nNo\r\n") == "Yes\n\nNo");
    CHECK(of_text("On Monday, Ann wrote:\n> Hello\n\nstop it") == "stop it");
    CHECK(
        of_text("On Monday, Ann wrote:\n\n> Hello\nbelow\n> more\nand more") == "below\nand more"
    );
    CHECK(of_text("answer\nOn Monday, Ann wrote:\n\nHello, unsubscribe here") == "answer");
}

TEST_CASE("reply text: attributions in many languages") {
    const auto line = GENERATE(
        "On Mon, Jan 6, 2020 at 9:12 AM Ann <ann@example.com> wrote:"sv,
        "On Mon, Jan 6, 2020 at 9:12 AM Ann from Example <\nann@example.com> wrote:",
        "Am Mo., 6. Jan. 2020 um 09:12 Uhr schrieb Ann <ann@example.com>:",
        "Le lun. 6 janv. 2020 à 09:12, Ann <ann@example.com> a écrit :",
        "El lun, 6 ene 2020 a las 9:12, Ann (<ann@example.com>) escribió:",
        "Il giorno lun 6 gen 2020 alle ore 09:12 Ann <ann@example.com> ha scritto:",
        "Em seg., 6 de jan. de 2020 às 09:12, Ann <ann@example.com> escreveu:",
        "Op ma 6 jan. 2020 om 09:12 schreef Ann <ann@example.com>:",
        "W dniu pon., 6 sty 2020 o 09:12 Ann <ann@example.com> napisał(a):",
        "Den man. 6. jan. 2020 kl. 09.12 skrev Ann <ann@example.com>:",
        "Den mån 6 jan. 2020 kl 09:12 skrev Ann <ann@example.com>:",
        "man. 6. jan. 2020 kl. 09:12 skrev Ann <ann@example.com>:",
        "ma 6. tammik. 2020 klo 9.12 Ann (ann@example.com) kirjoitti:",
        "пн, 6 янв. 2020 г. в 09:12, Ann <ann@example.com>:", "6 января 2020 г., Анна написала:",
        "пн, 6 січ. 2020 р. о 09:12 Ann пише:",
        "Ann <ann@example.com> 于2020年1月6日周一 上午9:12写道：",
        "2020年1月6日(月) 9:12 Ann <ann@example.com>:",
        "2020년 1월 6일 (월) 오전 9:12, Ann <ann@example.com>님이 작성:"
    );
    CAPTURE(line);
    CHECK(of_text("mine\n\n" + std::string{line} + "\n\ntheirs, unsubscribe") == "mine");
}

TEST_CASE("reply text: what only looks like an attribution stays") {
    CHECK(
        of_text("On Monday I wrote to you.\nNothing came") ==
        "On Monday I wrote to you.\nNothing came"
    );
    CHECK(of_text("as my boss wrote:\nno") == "as my boss wrote:\nno");
    CHECK(of_text("On 5 May:\nfine") == "On 5 May:\nfine");
}

TEST_CASE("reply text: bars, heads of mails, rules of Outlook") {
    const auto history = GENERATE(
        "-----Original Message-----"sv, "-----Ursprüngliche Nachricht-----",
        "---------- Forwarded message ---------",
        "Begin forwarded message:", "-------- Message d'origine --------",
        "-----Mensaje original-----", "-----Messaggio originale-----",
        "-----Oorspronkelijk bericht-----", "-----Wiadomość oryginalna-----",
        "-----Исходное сообщение-----", "________________________________",
        "From: Ann\nSent: Monday\nTo: Tim\nSubject: x", "*From:* Ann\n*Date:* Monday\n*To:* Tim",
        "Von: Ann\nGesendet: Montag\nAn: Tim\nBetreff: x",
        "De : Ann\nEnvoyé : lundi\nÀ : Tim\nObjet : x",
        "Da: Ann\nInviato: lunedì\nA: Tim\nOggetto: x",
        "发件人: Ann\n发送时间: 2020年1月6日\n收件人: Tim\n主题: x"
    );
    CAPTURE(history);
    CHECK(of_text("mine\n" + std::string{history} + "\ntheirs") == "mine");
}

TEST_CASE("reply text: a line that begins like a head is none by itself") {
    CHECK(of_text("From: the start\nit was good") == "From: the start\nit was good");
}

TEST_CASE("reply text: signatures and lines of devices") {
    CHECK(of_text("mine\n-- \nAnn\nNo. 1 in terrible puns") == "mine");
    CHECK(of_text("mine\n--\nAnn") == "mine");
    CHECK(of_text("mine\nSent from my iPhone") == "mine");
    CHECK(of_text("mine\nVon meinem iPhone gesendet") == "mine");
    CHECK(of_text("mine\nEnvoyé de mon iPhone\nmore") == "mine\nmore");
    CHECK(of_text("mine\nGet Outlook for iOS") == "mine");
}

TEST_CASE("reply text: HTML is read as it is seen") {
    CHECK(
        of_html("<p>Hello<br>you &amp; me &eacute;&#233;&#xe9;</p><p>x</p>") ==
        "Hello\nyou & me ééé\n\nx"
    );
    CHECK(of_html("<head><title>t</title></head><style>p{}</style><script>a<b</script>x") == "x");
    CHECK(of_html("a <!-- unsubscribe --> b") == "a  b");
    CHECK(of_html("1 < 2 &bogus; &#0; & b") == "1 < 2 &bogus; &#0; & b");
    CHECK(
        of_html("yes<blockquote>no<blockquote>no</blockquote>no</blockquote>yes") == "yes\n\nyes"
    );
    CHECK(of_html("a<div class=\"gmail_quote\">b<div>c</div>d</div>e") == "a\n\ne");
    CHECK(of_html("a<div id=\"divRplyFwdMsg\">b</div>c") == "a");
    CHECK(of_html("<div class=\"gmail_quote\"><blockquote>b</blockquote>below</div>") == "below");
    CHECK(of_text("<html><body><p>stop</p></body></html>") == "stop");
}

TEST_CASE("reply text: HTML that does not end") {
    CHECK(of_html("a<p").substr(0, 1) == "a");
    CHECK(of_html("a<!-- b") == "a");
    CHECK(of_html("a<script>b") == "a");
    CHECK(of_html("a<blockquote>b") == "a");
    CHECK(of_html("a<") == "a<");
    CHECK(of_html("</blockquote>a") == "a");
}

TEST_CASE("reply text: leftovers of transfer encodings") {
    CHECK(of_text("D=C3=A9sabonner=20moi") == "Désabonner moi");
    CHECK(of_text("take me off your=\r\n list=20\r\n") == "take me off your list");
    CHECK(of_text("a=b and c=d") == "a=b and c=d");
    CHECK(of_text(vf::to_base64("Please unsubscribe me.")) == "Please unsubscribe me.");
    CHECK(of_text("unsubscribemeplease") == "unsubscribemeplease");
    CHECK(
        of_text(
            "--b123456789\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" +
            vf::to_base64("Keine Mails mehr, bitte") + "\n--b123456789\nContent-Type: text/html"
        ) == "Keine Mails mehr, bitte"
    );
}

TEST_CASE("reply text: bytes that are not UTF-8, NUL and control characters") {
    CHECK(of_text("d\xe9sabonner") == "désabonner");
    CHECK(of_text("don\x92t") == "don’t");
    CHECK(of_text("a\0b\x01"sv) == "a b ");
    CHECK(vf::is_utf8(of_text("\xed\xa0\x80 \xf5\x80 \xc0\xaf \xff")));
}

TEST_CASE("reply text: no more than its limit, and never half a letter") {
    for (const std::size_t less : {0U, 1U, 2U, 3U}) {
        std::string body(reply_text_max - 10 - less, 'x');
        for (int i = 0; i < 10; ++i) {
            body += "é";
        }
        const std::string text = of_text(body);
        CHECK(text.size() <= reply_text_max);
        CHECK(text.size() > reply_text_max - 10);
        CHECK(vf::is_utf8(text));
    }
    CHECK(of_text(quoted_lines(body_marks_max + 1) + "stop").empty());
    CHECK(of_text(quoted_lines(body_marks_max - 2) + "stop") == "stop");
    CHECK(of_text(std::string(body_read_max, '>') + "\nstop").empty());
    CHECK(of_text(std::string(body_read_max - 6, '>') + "\nstop") == "stop");
}
