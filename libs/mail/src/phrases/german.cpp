#include <array>

#include "phrases.hpp"

namespace vf::mail {

namespace {

using enum phrase_kind;

constexpr std::array sets = std::to_array<word_set>({
    {"mails",
     "email|emails|mail|mails|nachricht|nachrichten|newsletter|newslettern|werbung|werbemails|"
     "werbemail|spam|post|infos|informationen|zusendung|zusendungen|mailings|kontaktaufnahme|"
     "angebote"},
    {"list",
     "verteiler|liste|listen|newsletter|mailingliste|emailliste|mailverteiler|emailverteiler|"
     "datenbank|system|kartei|adressliste|empfangerliste|verteilerliste"},
    {"me", "mich|uns|mir"},
    {"want",
     "mochte|mochten|will|wollen|wunsche|wunschen|wurde|wurden|brauche|brauchen|moechte|moechten|"
     "wuensche"},
    {"parties",
     "kunde|kunden|nutzer|nutzern|benutzer|benutzern|abonnent|abonnenten|empfanger|kontakt|"
     "kontakte|kontakten|adressen|leser|"
     "anwender|jemand|teilnehmer|mitglieder"},
});

constexpr std::array opt_outs = std::to_array<phrase>({
    {"de.opt_out.sign_off", opt_out, "melden|meldet|melde [sie|ihr] mich|uns [_] [_] [_] [_] ab|aus"
    },
    {"de.opt_out.sign_off", opt_out,
     "<want> mich|uns [_] [_] [_] [_] abmelden|austragen|abzumelden|ab"},
    {"de.opt_out.sign_off", opt_out, "<want> [_] [_] [_] abbestellen|abzubestellen|abbestellt"},
    {"de.opt_out.sign_off", opt_out,
     "<want> [_] [_] newsletter|mails|emails kundigen|abbestellen|beenden|stornieren"},
    {"de.opt_out.sign_off", opt_out, "mich [_] [_] [_] abmelden|austragen|abzumelden|auszutragen"},
    {"de.opt_out.sign_off", opt_out, "bestelle|bestellen [ich] [_] [_] [_] ab"},
    {"de.opt_out.remove", opt_out,
     "<me> [bitte] [_] aus|von|vom "
     "[dem|der|ihrem|ihrer|eurem|eurer|deinem|deiner|diesem|dieser|allen|ihren] [_] <list>"},
    {"de.opt_out.remove", opt_out_word,
     "aus dem|der|ihrem|ihrer|eurem|eurer|diesem|dieser [_] <list> [bitte] "
     "nehmen|loschen|entfernen|streichen|austragen|loeschen|raus"},
    {"de.opt_out.remove", opt_out,
     "nehmen|nimm|nehmt|streichen|streicht|streich|streiche|loschen|loscht|losche|loesche|loeschen|"
     "entfernen|entfernt|entferne|tragen|tragt|trag|trage [sie|ihr] mich|uns"},
    {"de.opt_out.remove", opt_out,
     "adresse|emailadresse|mailadresse|email|mail|daten|kontaktdaten|namen [bitte] [_] aus|von [_] "
     "[_] <list>"},
    {"de.opt_out.remove", opt_out,
     "loschen|loscht|losche|loesche|loeschen|entfernen|entferne|entfernt [sie|ihr] [bitte] "
     "meine|unsere [_] adresse|emailadresse|mailadresse|email|mail|kontaktdaten"},
    {"de.opt_out.remove", opt_out,
     "meine|unsere [_] adresse|emailadresse|mailadresse|email [bitte] [_] "
     "loschen|entfernen|streichen|loeschen"},
    {"de.opt_out.remove", opt_out,
     "mich|uns [bitte] [_] [_] [_] "
     "loschen|loeschen|entfernen|streichen|rausnehmen|herausnehmen|rauslassen"},
    {"de.opt_out.remove", opt_out, "raus aus [_] [_] <list>"},
    {"de.opt_out.no_more", opt_out,
     "keine|keinerlei weiteren|weitere|mehr|zukunftigen|kunftigen [_] <mails>"},
    {"de.opt_out.no_more", opt_out, "keine|keinerlei|kein|keinen [_] <mails> mehr"},
    {"de.opt_out.no_more", opt_out, "keine werbung|werbemails|newsletter|werbemail"},
    {"de.opt_out.no_more", opt_out, "<want> [_] [_] [_] keine|keinen|kein|keinerlei [_] [_] <mails>"
    },
    {"de.opt_out.no_more", opt_out,
     "<want> [_] [_] [_] nichts|nicht mehr [_] [_] [_] "
     "horen|bekommen|erhalten|empfangen|kontaktiert|angeschrieben|lesen"},
    {"de.opt_out.no_more", opt_out,
     "schicken|schickt|schick|schicke|senden|sendet|sende|mailen|mailt [sie|ihr] mir|uns|mich "
     "[bitte] [_] [_] nichts|keine|nicht|nie mehr|weiteren|mails|emails|wieder|newsletter|weiter"},
    {"de.opt_out.no_more", opt_out,
     "schreibt|schreiben|schreib|kontaktieren|kontaktiert|kontaktiere|mailt|mailen|belastigen|"
     "belastigt [sie|ihr] mir|mich|uns [bitte] nicht|nie [mehr|wieder]"},
    {"de.opt_out.no_more", opt_out,
     "horen|hort|hor|hoert|hoeren [sie|ihr] [bitte] auf [_] [_] zu "
     "schreiben|schicken|senden|mailen|kontaktieren"},
    {"de.opt_out.no_more", opt_out,
     "nicht mehr|weiter|langer kontaktieren|kontaktiert|anschreiben|angeschrieben|anmailen"},
    {"de.opt_out.object", opt_out,
     "widerspreche|widerrufe|widersprechen|widerrufen [ich|wir] [_] [_] [_] [_] [_] [_] "
     "zusendung|werbung|einwilligung|nutzung|newsletter|emails|mails|verwendung|speicherung|"
     "kontaktaufnahme"},
    {"de.opt_out.object", opt_out,
     "stoppen|stoppt|stopp|beenden|beendet|unterlassen|unterlasst|stellen|stellt [sie|ihr] [bitte] "
     "[den|die|das|diesen|diese|ihre|eure|mir] [_] "
     "newsletter|emails|mails|werbung|zusendung|zusendungen|versand|werbemails"},
    {"de.opt_out.object", opt_out,
     "abo [_] [_] newsletter|newsletters [_] kundigen|beenden|stornieren"},
    {"de.opt_out.object", opt_out,
     "newsletter|newsletterabo [bitte] [_] "
     "kundigen|stornieren|abbestellen|beenden|abstellen|loschen"},
    {"de.opt_out.object", opt_out,
     "unterlassen|unterlasst|unterlasse|verzichten|stellen|einstellen [sie|ihr] [_] [_] [_] "
     "zusendung|zusendungen|werbung|mails|emails|newsletter|kontaktaufnahme|werbemails"},
    {"de.opt_out.object", opt_out, "verzichte|verzichten [auf|ich|wir] [_] [_] <mails>"},
    {"de.opt_out.word", opt_out_word,
     "abmelden|abmeldung|abbestellen|abbestellung|austragen|austragung|newsletterabmeldung|"
     "abgemeldet|abzumelden|abbestellt|austragt|abmelde"},
});

constexpr std::array commands = std::to_array<phrase>({
    {"de.opt_out.command", command,
     "stopp|stoppen|aufhoren|abmeldung|abmelden|loschen|streichen|entfernen|kundigen|raus|ende|"
     "genug|schluss"},
    {"de.opt_out.command", command, "keine <mails>"},
    {"de.opt_out.command", command, "newsletter kundigen|aus|ab|stopp|stop"},
    {"de.courtesy", courtesy,
     "bitte|danke|hallo|liebe|lieber|guten|tag|grusse|gruss|sofort|umgehend|jetzt|vielen|dank|mfg|"
     "lg|vg|team|damen|herren|sehr|geehrte|und"},
    {"de.first_person", first_person, "ich|mich|mir|mein|meine|meinen|meiner|wir|uns|unsere|unseren"
    },
    {"de.negator", negator, "nicht|kein|keine|keinen|nie|niemals|weder|ohne|kaum|nichts"},
    {"de.closing", closing, "[mit] freundlichen|freundlichem|besten|herzlichen grussen|gruss|grusse"
    },
    {"de.closing", closing, "viele|beste|liebe|freundliche|schone grusse"},
    {"de.closing", closing, "mfg|lg|vg|gruss|grusse|hochachtungsvoll"},
});

constexpr std::array guards = std::to_array<phrase>({
    {"de.keep.negated", keep,
     "melden|meldet|melde [sie|ihr] mich|uns [bitte|aber|auf] nicht|keinesfalls|niemals [_] [_] "
     "ab|aus"},
    {"de.keep.negated", keep,
     "nicht|nie|keinesfalls|ungern [_] [_] "
     "abmelden|abmeldung|abbestellen|austragen|abgemeldet|loschen|entfernen|abbestellt"},
    {"de.keep.negated", keep, "nehmen|loschen|entfernen|streichen [sie] mich [bitte] nicht"},
    {"de.keep.absent", keep, "ich melde mich [_] ab|bei|wieder|dann|nachste|morgen"},
    {"de.keep.reporting", keep,
     "bekomme|bekommen|bekommt|erhalte|erhalten|erhalt|empfange|kommen|kommt|kann|konnen|"
     "gibt [ich|wir|er|sie|es|die|bei|uns|mir] [_] [_] "
     "keine|keinen|kein [weiteren|mehr|_] <mails> [mehr]"},
    {"de.keep.reporting", keep,
     "unsere|meine|die <parties> bekommen|erhalten|bekommt [_] [_] keine|nicht [_] <mails> [mehr]"},
    {"de.keep.reporting", keep,
     "ich|wir|system|app|er|es "
     "sende|senden|versende|versenden|versendet|sendet|schickt|verschickt|verschicken|schicke [_] "
     "[_] keine|keinen"},
    {"de.keep.footer", keep,
     "wenn|falls|sollten sie [_] [_] keine|nicht [_] [_] [_] <mails> [_] [_] "
     "wunschen|erhalten|mochten|wollen|mehr"},
    {"de.keep.footer", keep, "zum|um abmelden|abbestellen|austragen [_] [_] klicken|hier|klick"},
    {"de.keep.footer", keep, "um sich [_] [_] [_] abzumelden"},
    {"de.keep.footer", keep, "hier abmelden|abbestellen klicken"},
    {"de.keep.product", keep,
     "abmelden|abmelde|abmeldung|abbestell link|button|seite|funktion|formular|rate"},
    {"de.keep.product", keep, "abmeldelink|abmeldequote|abmelderate|abmeldeformular|abmeldebutton"},
    {"de.keep.account", keep,
     "aus|von|vom [meinem|dem|der|ihrem] [_] "
     "konto|account|app|gerat|dashboard|system|team|workspace|projekt [_] "
     "abmelden|austragen|abgemeldet|entfernen"},
    {"de.keep.account", keep,
     "mich|uns [bitte] aus|von|vom [dem|der|unserem] team|workspace|projekt|plan|tarif|gruppe"},
    {"de.other_party", other_party, "<parties>"},
    {"de.other_party", other_party, "konto|account|sequenz|sequenzen|workflow|webhook|abo|tarif"},
});

constexpr std::array negatives = std::to_array<phrase>({
    {"de.negative.no_interest", negative, "kein|keinerlei|keinen|null|ohne interesse|bedarf|bock", 3
    },
    {"de.negative.no_interest", negative, "nicht [_] [_] interessiert|interessant|interesse", 3},
    {"de.negative.no_interest", negative, "nein danke|vielen|kein|bitte", 3},
    {"de.negative.no_interest", negative, "nichts fur uns|mich", 3},
    {"de.negative.no_interest", negative,
     "brauche|brauchen|benotigen|benotige [ich|wir] [_] [_] nicht|nichts", 3},
    {"de.negative.elsewhere", negative,
     "[uns|mich] [_] [_] anders|dagegen|andere|anderen [_] entschieden", 3},
    {"de.negative.elsewhere", negative, "bereits|schon|haben|habe gekundigt|gewechselt", 3},
    {"de.negative.elsewhere", negative,
     "wechseln|gewechselt [_] [_] zur|zu [_] konkurrenz|mitbewerber|anbieter", 3},
    {"de.negative.leave_alone", negative, "in ruhe|frieden", 3},
    {"de.negative.leave_alone", negative, "horen|hort sie auf", 3},
    {"de.negative.threat", negative, "[mein|unser] geld zuruck", 3},
    {"de.negative.threat", negative,
     "anzeige|abmahnung|betrug|betruger|abzocke|anwalt|rechtsanwalt|belastigung|abgezockt", 3},
    {"de.negative.threat", negative, "spam|verbraucherschutz|ruckbuchung|ruckbuchen", 3},
    {"de.negative.threat", negative, "ruckerstattung|erstattung verlangen|fordern|sofort", 3},
    {"de.negative.threat", negative, "woher haben|habt|hast sie|ihr|du meine", 3},
    {"de.blame", blame,
     "enttauscht|enttauschend|enttauschung|frustriert|frustrierend|frust|genervt|nervig|nervt|"
     "nerven|argerlich|verargert|wutend|sauer"},
    {"de.blame", blame,
     "schrecklich|furchtbar|katastrophe|katastrophal|unverschamt|unverschamtheit|frechheit|"
     "unbrauchbar|nutzlos|wertlos|mist|scheisse|scheiss|mull|schrott|grottig|grottenschlecht|"
     "miserabel|unmoglich|zumutung|lacherlich|peinlich|inakzeptabel|schlimm|schlimmste|"
     "schlechteste|hasse|furchterlich|unzumutbar|sinnlos|unzufrieden|verarscht"},
    {"de.blame", blame, "zeitverschwendung|geldverschwendung"},
    {"de.blame", blame,
     "nicht|nie|wenig [_] [_] zufrieden|hilfreich|gut|begeistert|uberzeugt|akzeptabel|brauchbar"},
    {"de.blame", blame,
     "sehr|so|echt|wirklich|einfach|extrem|viel schlecht|schwach|langsam|teuer|kompliziert"},
    {"de.blame", blame, "zu|viel teuer|kompliziert|langsam|umstandlich"},
    {"de.blame", blame, "reicht mir|uns|jetzt|langsam"},
    {"de.blame", blame, "nichts funktioniert"},
    {"de.blame", blame, "schlecht|schlechter|schlechte|teuer|langsam|leider", 1},
    {"de.blame", blame, "taugt|bringt|kann nichts|nix"},
    {"de.blame", blame,
     "schlechte|schlechter|schlechtes|schlechten|mieser|miese|mieses "
     "service|support|erfahrung|erfahrungen|produkt|qualitat|kundenservice"},
    {"de.blame", blame, "stinksauer|stocksauer|angefressen|bodenlos|drecks|dreck"},
    {"de.unfelt", unfelt, "spam ordner|filter|verdacht|schutz"},
    {"de.unfelt", unfelt, "spamordner|spamfilter|spamverdacht"},
    {"de.unfelt", unfelt, "im|in spam"},
    {"de.unfelt", unfelt,
     "kein|keine problem|probleme|ahnung|frage|fragen|thema|sorge|zweifel|beschwerden"},
    {"de.unfelt", unfelt, "nicht schlecht|ubel|schlimm|mehr"},
    {"de.unfelt", unfelt, "guten|gute|gutes|schonen|schones tag|morgen|abend|wochenende|frage|woche"
    },
    {"de.unfelt", unfelt, "ware|ware|es [_] [_] gut|schon|super|toll|hilfreich wenn|falls"},
    {"de.unfelt", unfelt, "danke|dank im|vorab|schon voraus|vorab|mal|im"},
    {"de.unfelt", unfelt, "vielen dank im|vorab [voraus]"},
    {"de.unfelt", unfelt, "dank im voraus"},
    {"de.unfelt", unfelt, "nicht sicher|sofort"},
});

constexpr std::array positives = std::to_array<phrase>({
    {"de.positive.yes", positive, "ja [bitte|gern|gerne|klar|unbedingt|natürlich]"},
    {"de.positive.yes", positive, "gern|gerne", 1},
    {"de.positive.yes", positive, "sehr gern|gerne"},
    {"de.positive.yes", positive, "lassen sie|uns uns telefonieren|sprechen|reden|treffen"},
    {"de.positive.yes", positive,
     "lass|lassen uns [_] [_] telefonieren|sprechen|reden|treffen|quatschen"},
    {"de.positive.yes", positive, "freue|freuen mich|uns [_] [_] [_] auf|sehr"},
    {"de.positive.yes", positive, "mehr infos|informationen|erfahren|daruber|wissen"},
    {"de.positive.yes", positive, "termin vereinbaren|ausmachen|buchen"},
    {"de.positive.interest", positive, "habe|haben|hatte|hatten|hat [ich|wir] [_] [_] interesse"},
    {"de.positive.helped", positive,
     "hat|haben|das [mir|uns] [_] [_] geholfen|funktioniert|geklappt"},
    {"de.positive.helped", positive,
     "funktioniert|klappt|lauft "
     "jetzt|wieder|nun|super|prima|einwandfrei|gut|bestens|wunderbar|perfekt|alles"},
    {"de.positive.joined", positive,
     "habe|haben [mich|uns] [_] [_] upgegradet|registriert|angemeldet|abonniert|verlangert"},
    {"de.praise", praise,
     "interessiert|interessant|zufrieden|begeistert|hilfreich|beeindruckt|uberzeugt"},
    {"de.praise", praise,
     "klingt|hort|sieht|passt [sich] [_] "
     "gut|super|interessant|toll|perfekt|spannend|spitze|prima|vielversprechend"},
    {"de.praise", praise,
     "super|toll|tolle|tolles|toller|klasse|perfekt|prima|spitze|genial|grossartig|grossartige|"
     "wunderbar|hervorragend|ausgezeichnet|fantastisch|liebe|lieben|geil|hammer|bestens|top|"
     "einwandfrei"},
    {"de.praise", praise,
     "sehr|echt|richtig|wirklich gut|gute|gutes|guter|nett|cool|hilfreich|schon"},
    {"de.praise", praise, "gefallt mir|uns"},
    {"de.praise", praise, "vielen|herzlichen|besten|tausend dank"},
    {"de.praise", praise, "danke sehr|schon|vielmals|nochmal|nochmals"},
    {"de.praise", praise, "gut|gute|gutes|cool|nett", 1},
    {"de.thanks", thanks, "danke|dank|merci|dankeschon", 1},
});

}  // namespace

language german() {
    return {{opt_outs, commands, guards, negatives, positives}, sets};
}

}  // namespace vf::mail
