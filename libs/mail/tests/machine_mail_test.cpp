#include "vf/mail/machine_mail.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <string_view>

using namespace std::string_view_literals;
using vf::mail::header_value;
using vf::mail::inbound_mail;
using vf::mail::machine_mail;
using vf::mail::recognise_machine_mail;

namespace {

machine_mail of_header(std::string_view name, std::string_view value) {
    inbound_mail mail{.from = "Ann <ann@example.com>", .subject = "Re: hello"};
    mail.headers.push_back({std::string{name}, std::string{value}});
    return recognise_machine_mail(mail);
}

machine_mail of_subject(std::string_view subject) {
    return recognise_machine_mail({.from = "ann@example.com", .subject = std::string{subject}});
}

machine_mail of_sender(std::string_view from) {
    return recognise_machine_mail({.from = std::string{from}, .subject = "hello"});
}

}  // namespace

TEST_CASE("machine mail: a person's reply is none") {
    CHECK(recognise_machine_mail({}) == machine_mail::none);
    CHECK(of_subject("Re: Your trial ends tomorrow") == machine_mail::none);
    CHECK(of_subject("RE: Out of office settings") == machine_mail::none);
    CHECK(of_subject("Absence of a feature") == machine_mail::none);
    CHECK(of_sender("Ann Postmaster <ann@example.com>") == machine_mail::none);
    CHECK(of_sender("postmaster.ann@example.com") == machine_mail::none);
}

TEST_CASE("machine mail: senders of bounces") {
    const auto from = GENERATE(
        "MAILER-DAEMON@example.com"sv, "Mail Delivery System <Mailer-Daemon@example.com>",
        "postmaster@example.com", "<>", "Nobody <>", " <postmaster@example.com> "
    );
    CAPTURE(from);
    CHECK(of_sender(from) == machine_mail::bounce);
}

TEST_CASE("machine mail: headers of bounces, names without case") {
    CHECK(of_header("Return-Path", "<>") == machine_mail::bounce);
    CHECK(of_header("rETURN-pATH", " <> ") == machine_mail::bounce);
    CHECK(of_header("Return-Path", "<ann@example.com>") == machine_mail::none);
    CHECK(
        of_header("Content-Type", "multipart/report; report-type=delivery-status") ==
        machine_mail::bounce
    );
    CHECK(
        of_header("Content-Type", "Multipart/Report; report-type=disposition-notification") ==
        machine_mail::auto_reply
    );
    CHECK(of_header("Content-Type", "multipart/alternative") == machine_mail::none);
    CHECK(of_header("X-Failed-Recipients", "ann@example.com") == machine_mail::bounce);
}

TEST_CASE("machine mail: headers of automatic replies") {
    CHECK(of_header("Auto-Submitted", "auto-replied") == machine_mail::auto_reply);
    CHECK(of_header("AUTO-SUBMITTED", "auto-generated; x=y") == machine_mail::auto_reply);
    CHECK(of_header("Auto-Submitted", "no") == machine_mail::none);
    CHECK(of_header("Auto-Submitted", "No (by hand)") == machine_mail::none);
    CHECK(of_header("Auto-Submitted", "") == machine_mail::none);
    CHECK(of_header("X-Autoreply", "yes") == machine_mail::auto_reply);
    CHECK(of_header("x-autorespond", "") == machine_mail::auto_reply);
    CHECK(of_header("X-AutoResponder", "1") == machine_mail::auto_reply);
    CHECK(of_header("Precedence", "auto_reply") == machine_mail::auto_reply);
    CHECK(of_header("X-Precedence", "Auto_Reply") == machine_mail::auto_reply);
}

TEST_CASE("machine mail: weak hints are none") {
    CHECK(of_header("Precedence", "bulk") == machine_mail::none);
    CHECK(of_header("Precedence", "list") == machine_mail::none);
    CHECK(of_header("X-Auto-Response-Suppress", "All") == machine_mail::none);
}

TEST_CASE("machine mail: an automatic reply has an empty return path too") {
    inbound_mail mail{.from = "ann@example.com", .subject = "Automatic reply: hello"};
    mail.headers = {{"Return-Path", "<>"}};
    CHECK(recognise_machine_mail(mail) == machine_mail::auto_reply);
    mail.subject = "Re: hello";
    CHECK(recognise_machine_mail(mail) == machine_mail::bounce);
    mail.headers.push_back({"Auto-Submitted", "auto-replied"});
    CHECK(recognise_machine_mail(mail) == machine_mail::auto_reply);
}

TEST_CASE("machine mail: subjects of automatic replies in many languages") {
    const auto subject = GENERATE(
        "Automatic reply: Your trial"sv, "AUTOMATIC REPLY", "Ann is out of the office until Monday",
        "Out of Office Re: hello", "[External] Out of office", "Abwesenheitsnotiz: Hallo",
        "Automatische Antwort: Hallo", "Réponse automatique : bonjour", "Absence du bureau",
        "Fuera de la oficina", "Respuesta automática: hola", "Risposta automatica: ciao",
        "Resposta automática: olá", "Afwezig: hallo", "Automatyczna odpowiedź: cześć",
        "Automaattinen vastaus: moi", "Autosvar: hej", "Automatiskt svar", "自动回复: 你好",
        "自動返信", "자동 응답: 안녕", "Автоответ: привет", "Автоматический ответ",
        "Автовідповідь: привіт", "Automatické odpovědi: Automatická odpověď"
    );
    CAPTURE(subject);
    CHECK(of_subject(subject) == machine_mail::auto_reply);
}

TEST_CASE("machine mail: subjects of bounces") {
    CHECK(of_subject("Undelivered Mail Returned to Sender") == machine_mail::bounce);
    CHECK(of_subject("Delivery Status Notification (Failure)") == machine_mail::bounce);
    CHECK(of_subject("Unzustellbar: Hallo") == machine_mail::bounce);
    CHECK(of_subject("I got a delivery failure") == machine_mail::none);
}

TEST_CASE("machine mail: a header is found without case, the first one") {
    inbound_mail mail;
    mail.headers = {{"In-Reply-To", "a"}, {"in-reply-to", "b"}};
    CHECK(header_value(mail, "IN-REPLY-TO") == "a");
    CHECK_FALSE(header_value(mail, "references").has_value());
}

TEST_CASE("machine mail: a hundred thousand headers and a subject of a megabyte") {
    inbound_mail mail{.subject = std::string(std::size_t{1} << 20U, '\xff')};
    mail.headers.resize(100'000, {"X-Nothing", std::string(100, 'x')});
    mail.headers.push_back({"Auto-Submitted", "auto-replied"});
    CHECK(recognise_machine_mail(mail) == machine_mail::none);
}
