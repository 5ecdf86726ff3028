#include "vf/mail/machine_mail.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "code_points.hpp"

namespace vf::mail {

namespace {

constexpr std::size_t headers_max = 1000;
constexpr std::size_t value_max = 1000;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool equal_without_case(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto first = text.find_first_not_of(blank);
    return first == std::string_view::npos
               ? std::string_view{}
               : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::span<const header> headers_of(const inbound_mail& mail) {
    return std::span{mail.headers}.first(std::min(mail.headers.size(), headers_max));
}

// Local parts that only machines send from. Compared with what stands before the @.
constexpr std::array bounce_senders = std::to_array<std::string_view>({
    "mailer-daemon",
    "postmaster",
    "mail-daemon",
    "mailerdaemon",
    "maildaemon",
});

// Subjects of bounces, folded; a subject begins with one of them.
constexpr std::array bounce_subjects = std::to_array<std::string_view>({
    "undelivered mail returned to sender",
    "undeliverable:",
    "mail delivery failed",
    "mail delivery failure",
    "delivery status notification",
    "delivery failure",
    "failure notice",
    "returned mail:",
    "unzustellbar:",
    "nicht zustellbar:",
    "non remis :",
    "non remis:",
    "echec de la remise",
    "no se puede entregar:",
    "nao e possivel entregar:",
    "non recapitabile:",
    "onbestelbaar:",
    "niedostarczalne:",
    "oleveringsbart:",
    "gar ej att leverera:",
});

// Subjects of automatic replies, folded. Those of more than one word may stand anywhere, the others
// open the subject: "absence" is a word that people use.
constexpr std::array auto_reply_openings = std::to_array<std::string_view>({
    "autoreply",
    "auto-reply",
    "auto reply",
    "auto:",
    "auto response",
    "auto-response",
    "autoresponse",
    "ooo:",
    "abwesenheit",
    "abwesend:",
    "autosvar",
    "fravaer:",
    "franvaro",
    "poissaolo",
    "abwezig",
    "afwezig",
    "automatisch antwoord",
    "away from",
    "\u81ea\u52a8\u56de\u590d",                                // zh, simplified
    "\u81ea\u52d5\u56de\u8986",                                // zh, traditional
    "\u81ea\u52d5\u56de\u5fa9",                                // zh, traditional
    "\u81ea\u52d5\u5fdc\u7b54",                                // ja
    "\u81ea\u52d5\u8fd4\u4fe1",                                // ja
    "\uc790\ub3d9 \uc751\ub2f5",                               // ko
    "\uc790\ub3d9\uc751\ub2f5",                                // ko
    "\uc790\ub3d9 \ud68c\uc2e0",                               // ko
    "\ubd80\uc7ac\uc911",                                      // ko
    "\u0430\u0432\u0442\u043e\u043e\u0442\u0432\u0435\u0442",  // ru
    "\u0430\u0432\u0442\u043e\u0432\u0456\u0434\u043f\u043e\u0432\u0456\u0434\u044c",  // uk
});

constexpr std::array auto_reply_phrases = std::to_array<std::string_view>({
    "automatic reply",
    "automated reply",
    "automatic response",
    "automated response",
    "out of office",
    "out of the office",
    "out-of-office",
    "on vacation:",
    "automatische antwort",
    "automatische ruckantwort",
    "abwesenheitsnotiz",
    "abwesenheitsassistent",
    "abwesenheitsnachricht",
    "nicht im buro",
    "reponse automatique",
    "absence du bureau",
    "absent du bureau",
    "message d'absence",
    "fuera de la oficina",
    "fuera de oficina",
    "respuesta automatica",
    "risposta automatica",
    "fuori sede",
    "fuori ufficio",
    "assente dall'ufficio",
    "resposta automatica",
    "fora do escritorio",
    "ausencia temporaria",
    "niet aanwezig",
    "afwezigheidsbericht",
    "automatisch antwoord",
    "automatisch bericht",
    "automatyczna odpowiedz",
    "odpowiedz automatyczna",
    "poza biurem",
    "nieobecnosc w biurze",
    "automaattinen vastaus",
    "poissa toimistosta",
    "automatiskt svar",
    "franvaromeddelande",
    "automatisk svar",
    "ikke til stede",
    "fravaersmelding",
    "ikke pa kontoret",
    "automaticka odpoved",
    "automatikus valasz",
    "raspuns automat",
    "otomatik yanit",
    "\u03b1\u03c5\u03c4\u03bf\u03bc\u03b1\u03c4\u03b7 "
    "\u03b1\u03c0\u03b1\u03bd\u03c4\u03b7\u03c3\u03b7",  // el
    "\u0430\u0432\u0442\u043e\u043c\u0430\u0442\u0438\u0447\u0435\u0441\u043a\u0438\u0438 "
    "\u043e\u0442\u0432\u0435\u0442",  // ru
    "\u0430\u0432\u0442\u043e\u043c\u0430\u0442\u0438\u0447\u043d\u0430 "
    "\u0432\u0456\u0434\u043f\u043e\u0432\u0456\u0434\u044c",  // uk
});

constexpr std::array auto_reply_headers = std::to_array<std::string_view>({
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
    "x-autoreply-domain",
});

bool is_bounce_sender(std::string_view from) {
    const auto open = from.rfind('<');
    std::string_view address =
        trimmed(open == std::string_view::npos ? from : from.substr(open + 1));
    if (open != std::string_view::npos && address.starts_with('>')) {
        return true;
    }
    const std::string local = folded(address.substr(0, std::min(address.find('@'), value_max)));
    return std::ranges::find(bounce_senders, std::string_view{local}) != bounce_senders.end();
}

bool is_report_of_delivery(const header& field) {
    if (equal_without_case(field.name, "content-type")) {
        const std::string type = folded(std::string_view{field.value}.substr(0, value_max));
        return type.starts_with("multipart/report") &&
               type.find("disposition-notification") == std::string::npos;
    }
    return equal_without_case(field.name, "x-failed-recipients");
}

bool is_auto_reply_header(const header& field) {
    const std::string_view value = trimmed(field.value);
    if (equal_without_case(field.name, "auto-submitted")) {
        // RFC 3834: a keyword, then perhaps parameters or a comment.
        const std::string_view keyword = trimmed(value.substr(0, value.find_first_of(";( ")));
        return !keyword.empty() && !equal_without_case(keyword, "no");
    }
    if (equal_without_case(field.name, "precedence") ||
        equal_without_case(field.name, "x-precedence")) {
        return equal_without_case(value, "auto_reply") || equal_without_case(value, "auto-reply");
    }
    if (equal_without_case(field.name, "content-type")) {
        // A receipt of reading or deletion: a machine's answer, and no bounce.
        return equal_without_case(value.substr(0, 16), "multipart/report");
    }
    return std::ranges::any_of(auto_reply_headers, [&field](std::string_view name) {
        return equal_without_case(field.name, name);
    });
}

bool is_empty_return_path(const header& field) {
    return equal_without_case(field.name, "return-path") && trimmed(field.value) == "<>";
}

bool is_bounce_subject(std::string_view subject) {
    return std::ranges::any_of(bounce_subjects, [subject](std::string_view opening) {
        return subject.starts_with(opening);
    });
}

bool is_auto_reply_subject(std::string_view subject) {
    // Under "Re:" a person may be answering about such a subject. An automatic reply taken for a
    // person's is toned by its words; a person taken for a machine is not heard.
    if (subject.starts_with("re:")) {
        return false;
    }
    return std::ranges::any_of(
               auto_reply_openings,
               [subject](std::string_view opening) { return subject.starts_with(opening); }
           ) ||
           std::ranges::any_of(auto_reply_phrases, [subject](std::string_view phrase) {
               return subject.find(phrase) != std::string_view::npos;
           });
}

}  // namespace

std::optional<std::string_view> header_value(const inbound_mail& mail, std::string_view name) {
    const auto found = std::ranges::find_if(mail.headers, [name](const header& field) {
        return equal_without_case(field.name, name);
    });
    return found == mail.headers.end() ? std::nullopt
                                       : std::optional<std::string_view>{found->value};
}

machine_mail recognise_machine_mail(const inbound_mail& mail) {
    const std::string text = folded(std::string_view{mail.subject}.substr(0, value_max));
    const std::string_view subject = trimmed(text);
    const auto headers = headers_of(mail);
    if (is_bounce_sender(mail.from) || is_bounce_subject(subject) ||
        std::ranges::any_of(headers, is_report_of_delivery)) {
        return machine_mail::bounce;
    }
    // An automatic reply has an empty return path too: what says so itself is believed first.
    if (std::ranges::any_of(headers, is_auto_reply_header) || is_auto_reply_subject(subject)) {
        return machine_mail::auto_reply;
    }
    return std::ranges::any_of(headers, is_empty_return_path) ? machine_mail::bounce
                                                              : machine_mail::none;
}

}  // namespace vf::mail
