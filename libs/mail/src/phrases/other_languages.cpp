#include <array>

#include "phrases.hpp"

namespace vf::mail {

namespace {

using enum phrase_kind;

constexpr std::array sets = std::to_array<word_set>({
    {"ru_mails",
     "письма|писем|письмо|рассылку|рассылки|рассылка|сообщения|сообщении|спам|спама|рекламу|"
     "рекламы|уведомления|почту"},
    {"uk_mails", "листи|листів|лист|розсилку|розсилки|повідомлення|повідомлень|спам|рекламу"},
});

constexpr std::array opt_outs = std::to_array<phrase>({
    {"ru.opt_out.remove", opt_out,
     "отпишите|отпиши|удалите|уберите|исключите|вычеркните|отпишите меня|нас|мои|мой"},
    {"ru.opt_out.remove", opt_out, "хочу|хотел|хотела|можно|как [_] [_] отписаться|отказаться"},
    {"ru.opt_out.no_more", opt_out,
     "не|больше [_] присылаите|присылать|пишите|шлите|отправляите|отправлять|беспокоите [мне|_] "
     "[_] [больше|<ru_mails>]"},
    {"ru.opt_out.no_more", opt_out, "не [_] хочу|желаю [_] [_] получать|видеть"},
    {"ru.opt_out.no_more", opt_out,
     "прекратите|перестаньте|хватит [_] [_] присылать|слать|писать|рассылку|спамить|отправлять"},
    {"ru.opt_out.word", opt_out_word, "отписаться|отписка|отписаться|отпишите|отпиши"},
    {"ru.opt_out.word", opt_out_word,
     "отменить|отмена|отказ|отказаться [от] подписку|подписки|рассылки"},
    {"uk.opt_out.remove", opt_out, "відпишіть|видаліть|приберіть|вилучіть|відпиши мене|нас|мою|мій"
    },
    {"uk.opt_out.no_more", opt_out,
     "не|більше [_] надсилаите|надсилати|пишіть|присилаите|шліть|турбуите"},
    {"uk.opt_out.no_more", opt_out, "не [_] хочу|бажаю [_] [_] отримувати"},
    {"uk.opt_out.word", opt_out_word, "відписатися|відписатись|відписка|відпишіть"},
    {"uk.opt_out.word", opt_out_word, "скасувати|скасуите підписку|розсилку"},
    {"zh.opt_out.word", opt_out_word, "退 订"},
    {"zh.opt_out.word", opt_out_word, "退 訂"},
    {"zh.opt_out.word", opt_out_word, "取 消 订|訂 阅|閱"},
    {"zh.opt_out.no_more", opt_out, "不 要 再 [给|給] [我] [们] 发|發|寄"},
    {"zh.opt_out.no_more", opt_out, "别|別 再 [给|給] [我] 发|發|寄"},
    {"zh.opt_out.no_more", opt_out, "请|請 勿 [再] 发|發|寄"},
    {"zh.opt_out.no_more", opt_out, "不 想 [再] 收 到"},
    {"zh.opt_out.no_more", opt_out, "移 除 我"},
    {"ja.opt_out.word", opt_out_word, "配 信 停 止"},
    {"ja.opt_out.word", opt_out_word, "配 信 [を] 停|止 止|め"},
    {"ja.opt_out.word", opt_out_word, "配 信 解 除"},
    {"ja.opt_out.word", opt_out_word, "購 読 [を] 解 除"},
    {"ja.opt_out.word", opt_out_word, "登 録 [を] 解 除"},
    {"ja.opt_out.no_more", opt_out, "メ ー ル [を] [送] [ら] [な] [い] 不 要"},
    {"ja.opt_out.no_more", opt_out, "送 ら な い で"},
    {"ko.opt_out.word", opt_out_word, "수 신 거 부"},
    {"ko.opt_out.word", opt_out_word, "구 독 취|해 소|지"},
    {"ko.opt_out.no_more", opt_out, "보 내 지 마|말"},
    {"cs.opt_out.word", opt_out_word, "odhlasit|odhlaste|odhlasit|odhlaseni"},
    {"cs.opt_out.no_more", opt_out, "neposilejte|neposilat|nepiste [mi|uz] [_] [_]"},
    {"cs.opt_out.no_more", opt_out, "nechci|nepreji|nepreju [si] [uz] dostavat|odebirat|zasilat"},
    {"cs.opt_out.remove", opt_out, "vyradte|odstrante|smazte|vymazte me|mne|muj|mou"},
    {"ro.opt_out.word", opt_out_word, "dezabon*|dezaboneaza"},
    {"ro.opt_out.no_more", opt_out, "nu mai [vreau|doresc|_] [sa] primesc|trimiteti|trimite|primi"},
    {"hu.opt_out.word", opt_out_word, "leiratkoz*|leiratkozas"},
    {"hu.opt_out.no_more", opt_out, "nem kerek|szeretnek [_] [tobb] levelet|hirlevelet|emailt|kapni"
    },
    {"hu.opt_out.no_more", opt_out, "ne kuldjenek|kuldjon [_] tobb|tobbet"},
    {"tr.opt_out.no_more", opt_out, "almak istemiyorum|istemiyoruz"},
    {"tr.opt_out.no_more", opt_out, "gondermeyin|gondermeyiniz"},
    {"tr.opt_out.word", opt_out_word, "abonelik|aboneligimi|uyeligimi iptal|iptali"},
    {"tr.opt_out.word", opt_out_word, "listeden cikar|cikarin|cikarilmak"},
    {"el.opt_out.word", opt_out_word, "διαγραφη|απεγγραφη|διαγραψτε|απεγγραφω"},
});

constexpr std::array commands = std::to_array<phrase>({
    {"ru.opt_out.command", command, "стоп|хватит|удалить|отписка|отмена"},
    {"uk.opt_out.command", command, "стоп|досить|видалити"},
    {"other.courtesy", courtesy,
     "пожалуиста|спасибо|здравствуите|добрыи|день|будь|ласка|дякую|prosim|dekuji|multumesc|lutfen|"
     "tesekkurler|koszonom|va|rog"},
    {"other.first_person", first_person, "я|меня|мне|мои|мене|мені|我|私|ma|mne|mi|engem"},
    {"other.negator", negator, "не|нет|ні|без|никогда|nu|nem|ne|不|没"},
});

constexpr std::array guards = std::to_array<phrase>({
    {"ru.keep.negated", keep, "не отписываите|отпишите|отписывать|удаляите меня"},
    {"ru.keep.reporting", keep, "не [_] получаю|получаем|получил|приходят|приходит [_] <ru_mails>"},
    {"uk.keep.negated", keep, "не відписуите|видаляите мене"},
    {"ru.other_party", other_party,
     "клиент|клиенты|клиентам|клиентов|пользователи|пользователь|подписчики|подписчик|клієнти|"
     "користувачі|підписники"},
    {"cs.other_party", other_party,
     "zakaznici|zakaznik|uzivatele|clienti|clientii|ugyfel|ugyfelek|musteriler|musterilerim"},
    {"zh.other_party", other_party, "客 户"},
    {"zh.other_party", other_party, "用 户"},
    {"ja.other_party", other_party, "お 客 様"},
    {"ja.other_party", other_party, "顧 客"},
    {"ja.other_party", other_party, "ユ ー ザ"},
    {"ko.other_party", other_party, "고 객"},
    {"ko.other_party", other_party, "사 용 자"},
});

constexpr std::array feelings = std::to_array<phrase>({
    {"ru.negative.no_interest", negative,
     "не [_] [_] интересно|интересует|заинтересован|заинтересованы|нужно|надо", 3},
    {"ru.negative.no_interest", negative, "нет спасибо", 3},
    {"ru.negative.threat", negative, "мошенники|мошенничество|обман|спам|развод|суд", 3},
    {"ru.negative.threat", negative, "верните [_] деньги", 3},
    {"ru.negative.leave_alone", negative, "оставьте|отстаньте [меня|от] [_] [покое]", 3},
    {"ru.blame", blame,
     "разочарован|разочарована|ужасно|ужасныи|отвратительно|кошмар|бесполезно|позор|возмущен|"
     "недоволен|недовольна"},
    {"ru.positive.yes", positive, "да [спасибо|пожалуиста|конечно|давайте]"},
    {"ru.praise", praise,
     "отлично|прекрасно|замечательно|супер|здорово|понравилось|нравится|интересно|заинтересован|"
     "круто"},
    {"ru.praise", praise, "спасибо|благодарю большое|огромное|вам|за"},
    {"ru.praise", praise, "большое|огромное спасибо"},
    {"ru.thanks", thanks, "спасибо|благодарю|дякую", 1},
    {"uk.negative.no_interest", negative, "не [_] цікаво|цікавить|потрібно", 3},
    {"uk.positive.yes", positive, "так [_] [будь|звичаино|дякую]"},
    {"uk.praise", praise, "чудово|відмінно|супер|подобається"},
    {"uk.praise", praise, "дуже|щиро дякую"},
    {"zh.negative.no_interest", negative, "不 感 兴|興 趣", 3},
    {"zh.negative.no_interest", negative, "没|沒 [有] 兴|興 趣", 3},
    {"zh.negative.no_interest", negative, "不 需 要", 3},
    {"zh.negative.threat", negative, "骗|騙 子", 3},
    {"zh.blame", blame, "垃 圾"},
    {"zh.blame", blame, "失 望"},
    {"zh.praise", praise, "感 兴|興 趣"},
    {"zh.praise", praise, "太 好 了"},
    {"zh.praise", praise, "很 好"},
    {"zh.thanks", thanks, "谢|謝 谢|謝", 1},
    {"ja.negative.no_interest", negative, "興 味 [は] [が] [あ] [り] [ま] [せ] ん|な", 3},
    {"ja.negative.no_interest", negative, "結 構 で す", 3},
    {"ja.praise", praise, "素 晴 ら し い"},
    {"ja.praise", praise, "興 味 が あ り ま す", 3},
    {"ja.thanks", thanks, "あ り が と う", 1},
    {"ko.negative.no_interest", negative, "관 심 없", 3},
    {"ko.negative.no_interest", negative, "관 심 이 없", 3},
    {"ko.praise", praise, "좋 아 요"},
    {"ko.praise", praise, "좋 습 니 다"},
    {"ko.thanks", thanks, "감 사 합|드 니|립", 1},
    {"cs.negative.no_interest", negative, "nemam|nemame zajem", 3},
    {"cs.thanks", thanks, "dekuji|diky|multumesc|koszonom|tesekkurler|ευχαριστω", 1},
});

}  // namespace

language other_languages() {
    return {{opt_outs, commands, guards, feelings}, sets};
}

}  // namespace vf::mail
