#include "history_marks.hpp"

#include <algorithm>
#include <array>

namespace vf::mail {

namespace {

// What opens an attribution: en, da/no, de, fr, es, it, pt, nl, pl, sv, fi.
constexpr std::array openings = std::to_array<std::string_view>({
    "on ",  "am ", "le ", "el ", "il ", "em ", "no dia ", "a ",  "op ", "w dniu ", "dnia ",
    "den ", "pa ", "ma ", "ti ", "ke ", "to ", "pe ",     "la ", "su ", "i ",
});

// What an attribution says: en, de, fr, es, pt, it, nl, pl, sv/da/no, fi, cs, ro, hu, tr, ru, uk,
// zh (simplified, traditional), ja, ko.
constexpr std::array wrote = std::to_array<std::string_view>({
    " wrote",     "writes",     "schrieb",   "a ecrit", "ecrivait",   "escribio",
    "escreveu",   "ha scritto", " scrive",   "schreef", "geschreven", "napisal",
    "pisze",      " skrev",     "kirjoitti", "napsal",  " a scris",   "irta",
    " yazdi",     "написал",    "пишет",     "писал",   "написав",    "пише",
    "писав",      "写道",       "寫道",      "来信",    "书写",       "のメール",
    "書きました", "書いた",     "書き込み",  "작성",    "씀",         "썼습니다",
});

constexpr std::array bars = std::to_array<std::string_view>({
    "original message",
    "original appointment",
    "forwarded message",
    "begin forwarded message",
    "forwarded by",
    "ursprungliche nachricht",
    "originalnachricht",
    "weitergeleitete nachricht",
    "anfang der weitergeleiteten nachricht",
    "message d'origine",
    "message original",
    "message transfere",
    "message initial",
    "debut du message reexpedie",
    "mensaje original",
    "mensaje reenviado",
    "inicio del mensaje reenviado",
    "mensagem original",
    "mensagem encaminhada",
    "messaggio originale",
    "messaggio inoltrato",
    "inizio messaggio inoltrato",
    "oorspronkelijk bericht",
    "origineel bericht",
    "doorgestuurd bericht",
    "begin doorgestuurd bericht",
    "wiadomosc oryginalna",
    "oryginalna wiadomosc",
    "wiadomosc przekazana",
    "przekazana wiadomosc",
    "ursprungligt meddelande",
    "originalmeddelande",
    "vidarebefordrat meddelande",
    "oprindelig meddelelse",
    "original meddelelse",
    "videresendt meddelelse",
    "opprinnelig melding",
    "videresendt melding",
    "alkuperainen viesti",
    "valitetty viesti",
    "исходное сообщение",
    "пересылаемое сообщение",
    "пересланное сообщение",
    "переслане повідомлення",
    "оригінальне повідомлення",
    "原始邮件",
    "原始郵件",
    "转发的邮件",
    "邮件原件",
    "元のメッセージ",
    "転送されたメッセージ",
    "원본 메시지",
    "원본 메일",
    "전달된 메시지",
});

constexpr std::array senders = std::to_array<std::string_view>({
    "from",
    "von",
    "de",
    "da",
    "van",
    "od",
    "fra",
    "fran",
    "lahettaja",
    "от",
    "от кого",
    "від",
    "发件人",
    "寄件者",
    "差出人",
    "보낸 사람",
    "보낸사람",
});

constexpr std::array head_names = std::to_array<std::string_view>({
    "sent",    "date",       "to",         "cc",         "subject",    "reply-to",      "gesendet",
    "datum",   "an",         "betreff",    "envoye",     "a",          "objet",         "cc",
    "enviado", "enviado el", "enviada em", "fecha",      "data",       "para",          "asunto",
    "assunto", "inviato",    "oggetto",    "verzonden",  "aan",        "onderwerp",     "wyslano",
    "do",      "dw",         "temat",      "skickat",    "till",       "amne",          "sendt",
    "til",     "emne",       "dato",       "lahetetty",  "paivamaara", "vastaanottaja", "aihe",
    "дата",    "кому",       "тема",       "отправлено", "надіслано",  "日期",          "发送时间",
    "收件人",  "主题",       "寄件日期",   "收件者",     "主旨",       "日時",          "送信日時",
    "宛先",    "件名",       "날짜",       "보낸 날짜",  "받는 사람",  "받는사람",      "제목",
});

constexpr std::array devices = std::to_array<std::string_view>({
    "sent from my ",
    "sent from mail for",
    "sent from outlook",
    "sent from yahoo",
    "sent from proton",
    "sent with proton",
    "sent via ",
    "get outlook for",
    "von meinem iphone",
    "von meinem ipad",
    "von meinem handy",
    "von meinem smartphone",
    "von meinem samsung",
    "gesendet von ",
    "gesendet mit ",
    "von unterwegs gesendet",
    "holen sie sich outlook",
    "envoye de mon",
    "envoye depuis",
    "envoye a partir",
    "telechargez outlook",
    "enviado desde",
    "obtener outlook",
    "enviado do meu",
    "enviado de meu",
    "enviado pelo",
    "enviado a partir",
    "inviato da",
    "scarica outlook",
    "verzonden vanaf",
    "verstuurd vanaf",
    "verstuurd met",
    "verzonden met",
    "wyslano z",
    "wyslane z",
    "skickat fran",
    "sendt fra",
    "lahetetty iphone",
    "lahetetty outlook",
    "lahetetty puhelimesta",
    "отправлено с",
    "отправлено из",
    "надіслано з",
    "发自我的",
    "从我的",
    "從我的",
    "傳送自我的",
    "iphoneから送信",
    "나의 iphone에서",
    "내 iphone에서",
});

constexpr std::size_t device_line_max = 100;

template <std::size_t Size>
bool begins_with_any(std::string_view line, const std::array<std::string_view, Size>& texts) {
    return std::ranges::any_of(texts, [line](std::string_view text) {
        return line.starts_with(text);
    });
}

bool has_digit(std::string_view line) {
    return line.find_first_of("0123456789") != std::string_view::npos;
}

std::string_view without_ornament(std::string_view line) {
    constexpr std::string_view ornament = "-_=*~#: \t>";
    const auto first = line.find_first_not_of(ornament);
    return first == std::string_view::npos
               ? std::string_view{}
               : line.substr(first, line.find_last_not_of(ornament) - first + 1);
}

// Whether the line is "name:" and something, the name perhaps in bold.
template <std::size_t Size>
bool is_named(std::string_view line, const std::array<std::string_view, Size>& names) {
    const auto colon = line.find(':');
    constexpr std::size_t name_max = 40;
    return colon < name_max &&
           std::ranges::find(names, without_ornament(line.substr(0, colon))) != names.end();
}

}  // namespace

bool is_attribution(std::string_view line) {
    if (!line.ends_with(':')) {
        return false;
    }
    if (line.ends_with(">:") && line.find('@') != std::string_view::npos && has_digit(line)) {
        return true;
    }
    const bool says = std::ranges::any_of(wrote, [line](std::string_view verb) {
        return line.find(verb) != std::string_view::npos;
    });
    return says && (begins_with_any(line, openings) || has_digit(line) ||
                    line.find_first_of("<@") != std::string_view::npos);
}

bool may_begin_attribution(std::string_view line) {
    return !line.ends_with(':') && (begins_with_any(line, openings) || has_digit(line) ||
                                    line.find_first_of("<@") != std::string_view::npos);
}

bool is_history_bar(std::string_view line) {
    const std::string_view words = without_ornament(line);
    // Some name the sender behind it: "----- Forwarded by Ann -----"
    return (line.starts_with("--") && begins_with_any(words, bars)) ||
           std::ranges::find(bars, words) != bars.end();
}

bool is_sender_line(std::string_view line) {
    return is_named(line, senders);
}

bool is_mail_head_line(std::string_view line) {
    return is_named(line, head_names);
}

bool is_device_line(std::string_view line) {
    return line.size() <= device_line_max && begins_with_any(line, devices);
}

}  // namespace vf::mail
