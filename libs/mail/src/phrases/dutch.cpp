#include <array>

#include "phrases.hpp"

namespace vf::mail {

namespace {

using enum phrase_kind;

constexpr std::array sets = std::to_array<word_set>({
    {"mails",
     "email|emails|mail|mails|mailtjes|mailtje|bericht|berichten|nieuwsbrief|nieuwsbrieven|"
     "newsletter|reclame|spam|post|mailings|mailing|aanbiedingen|informatie|meldingen"},
    {"list",
     "lijst|lijsten|mailinglijst|mailinglist|maillijst|nieuwsbrief|bestand|database|verzendlijst|"
     "adressenbestand|systeem|adressenlijst|contacten"},
    {"me", "me|mij|ons"},
    {"parties",
     "klant|klanten|gebruiker|gebruikers|abonnee|abonnees|contact|contacten|ontvangers|lezers|"
     "iemand|leden|relaties"},
});

constexpr std::array opt_outs = std::to_array<phrase>({
    {"nl.opt_out.sign_off", opt_out,
     "schrijf|meld|schrijft|schrijven [u|jullie] <me> [_] [_] [_] uit|af"},
    {"nl.opt_out.sign_off", opt_out,
     "wil|willen|wens|zou|wilt|graag [ik|wij|we] [_] [_] [_] "
     "uitschrijven|afmelden|uitgeschreven|afgemeld|afmelding|uitschrijving"},
    {"nl.opt_out.sign_off", opt_out, "<me> [_] [_] [_] uitschrijven|afmelden|uitgeschreven"},
    {"nl.opt_out.sign_off", opt_out,
     "hoe|waar kan|kunnen|moet ik|we|wij|me [_] [_] [_] [_] uitschrijven|afmelden"},
    {"nl.opt_out.remove", opt_out,
     "haal|halen|haalt|verwijder|verwijdert|verwijderen|schrap|gooi [u|jullie] <me> [_] [_] "
     "[van|uit|af]"},
    {"nl.opt_out.remove", opt_out, "<me> [_] van|uit [de|deze|uw|jullie|je|het|die] [_] <list>"},
    {"nl.opt_out.remove", opt_out,
     "verwijder|verwijderen|verwijdert|haal|halen|wis [u|jullie] [_] mijn|ons|dit [_] "
     "emailadres|mailadres|email|adres|naam|gegevens|mail|e"},
    {"nl.opt_out.remove", opt_out,
     "mijn|ons [_] emailadres|mailadres|email|adres|gegevens [_] [_] [_] [_] "
     "verwijderen|halen|wissen"},
    {"nl.opt_out.remove", opt_out,
     "van|uit de|deze|uw|jullie|je <list> [_] halen|verwijderen|verwijderd|af"},
    {"nl.opt_out.remove", opt_out, "<me> [_] [_] [_] [_] verwijderen|schrappen|verwijderd"},
    {"nl.opt_out.remove", opt_out,
     "mijn|ons [_] emailadres|mailadres|email|adres|gegevens [_] [te] verwijderen|wissen|schrappen"
    },
    {"nl.opt_out.no_more", opt_out, "geen <mails> [meer|sturen|ontvangen|aub]"},
    {"nl.opt_out.no_more", opt_out, "geen [_] [_] <mails> meer|sturen|ontvangen"},
    {"nl.opt_out.no_more", opt_out,
     "wil|willen|wens|wensen|wenst [ik|wij|we] [_] [_] geen|niet|niets [_] [_] "
     "<mails>|ontvangen|horen|gemaild|benaderd"},
    {"nl.opt_out.no_more", opt_out,
     "stuur|stuurt|sturen|mail|mailt|mailen|schrijf|benader|contacteer|contacteert [u|jullie] <me> "
     "[aub|alsjeblieft|alstublieft|_] [_] niet|niets|geen|nooit [meer|_] [mails|emails]"},
    {"nl.opt_out.no_more", opt_out,
     "niet|nooit meer [_] mailen|benaderen|contacteren|sturen|aanschrijven"},
    {"nl.opt_out.stop", opt_out,
     "stop|stopt|stoppen|hou|houd|houdt [u|jullie] [op] met|het|de|deze [_] [_] "
     "mailen|mailtjes|mails|emails|sturen|versturen|verzenden|spammen|zenden"},
    {"nl.opt_out.stop", opt_out,
     "abonnement [_] [_] nieuwsbrief|nieuwsbrieven [_] opzeggen|beeindigen|stopzetten"},
    {"nl.opt_out.stop", opt_out,
     "nieuwsbrief|nieuwsbrieven|mailing [_] opzeggen|stopzetten|afmelden|beeindigen|uitschrijven"},
    {"nl.opt_out.word", opt_out_word,
     "afmelden|uitschrijven|uitschrijving|afmelding|afgemeld|uitgeschreven|uitschrijf"},
});

constexpr std::array commands = std::to_array<phrase>({
    {"nl.opt_out.command", command,
     "stoppen|verwijderen|opzeggen|afmelden|uitschrijven|stopzetten|uit|einde|genoeg|verwijder"},
    {"nl.opt_out.command", command, "geen <mails>"},
    {"nl.courtesy", courtesy,
     "aub|graag|bedankt|dank|alsjeblieft|alstublieft|hallo|beste|groet|groeten|svp|mij|me|"
     "dankjewel|vriendelijke|a|u|b|direct|nu"},
    {"nl.first_person", first_person, "ik|mij|me|mijn|ons|onze|wij|we"},
    {"nl.negator", negator, "niet|geen|nooit|zonder|niets|nergens"},
    {"nl.closing", closing, "[met] vriendelijke|hartelijke groet|groeten"},
    {"nl.closing", closing, "mvg|groet|groeten|groetjes|hoogachtend"},
});

constexpr std::array guards = std::to_array<phrase>({
    {"nl.keep.negated", keep,
     "schrijf|meld|haal|verwijder [u|jullie] <me> [_] niet [_] [_] [uit|af]"},
    {"nl.keep.negated", keep, "niet|nooit [_] [_] uitschrijven|afmelden|uitgeschreven|afgemeld"},
    {"nl.keep.reporting", keep,
     "krijg|krijgen|krijgt|ontvang|ontvangen|ontvangt|komen|komt|kan|kunnen|verstuur|versturen|zie "
     "[ik|wij|we|er|_] [_] [_] geen [_] <mails> [meer]"},
    {"nl.keep.footer", keep, "als|indien u|je [_] geen [_] <mails> [_] [_] wilt|wil|wenst"},
    {"nl.keep.footer", keep, "om u|je|zich|jezelf [_] [_] uit|af"},
    {"nl.keep.footer", keep, "klik hier om [u|je|jezelf] [_] [uit|af|afmelden|uitschrijven]"},
    {"nl.keep.product", keep, "afmeld|uitschrijf link|knop|pagina|formulier"},
    {"nl.keep.product", keep, "afmeldlink|uitschrijflink|afmeldknop|uitschrijfknop"},
    {"nl.keep.billing", keep,
     "<me> [_] van|uit [het|de|ons] team|project|account|abonnement|groep|plan"},
    {"nl.other_party", other_party, "mijn|onze|de|een|jullie|hun|elke <parties>"},
    {"nl.other_party", other_party, "<parties> zich"},
    {"nl.other_party", other_party, "webhook|account|workflow"},
});

constexpr std::array negatives = std::to_array<phrase>({
    {"nl.negative.no_interest", negative, "geen|nul interesse|behoefte|belangstelling", 3},
    {"nl.negative.no_interest", negative, "niet [_] [_] geinteresseerd|interessant", 3},
    {"nl.negative.no_interest", negative, "nee [hoor|dank] bedankt|dank|dankje|je|dankjewel", 3},
    {"nl.negative.no_interest", negative, "niet|niets nodig|voor [ons|mij]", 3},
    {"nl.negative.elsewhere", negative, "andere|ander partij|leverancier|oplossing|aanbieder", 3},
    {"nl.negative.elsewhere", negative, "al|heb|hebben opgezegd", 3},
    {"nl.negative.leave_alone", negative, "met rust", 3},
    {"nl.negative.leave_alone", negative, "hou|houd op", 3},
    {"nl.negative.threat", negative,
     "oplichting|oplichters|fraude|advocaat|aangifte|klacht|bedrog|intimidatie", 3},
    {"nl.negative.threat", negative, "spam", 3},
    {"nl.negative.threat", negative, "geld terug", 3},
    {"nl.negative.threat", negative, "wil|eis|willen [_] [_] terugbetaling|restitutie", 3},
    {"nl.blame", blame,
     "teleurgesteld|teleurstellend|teleurstelling|gefrustreerd|frustrerend|boos|geirriteerd|"
     "irritant|vervelend|ontevreden|woedend|balen"},
    {"nl.blame", blame,
     "verschrikkelijk|vreselijk|waardelo*|nutteloos|schandalig|schande|onacceptabel|belachelijk|"
     "ramp|rampzalig|rotzooi|troep|kut|klote|slechtste|haat|onbruikbaar|bagger|onzin|walgelijk"},
    {"nl.blame", blame, "zonde van [_] [_] tijd|geld"},
    {"nl.blame", blame, "tijdverspilling|geldverspilling"},
    {"nl.blame", blame, "niets werkt"},
    {"nl.blame", blame, "niet|nooit [_] [_] tevreden|blij|goed|handig|enthousiast"},
    {"nl.blame", blame, "erg|heel|te|zo|veel slecht|duur|traag|ingewikkeld"},
    {"nl.blame", blame, "slecht|slechte|duur|traag", 1},
    {"nl.blame", blame,
     "slecht|slechte|belabberde|matige service|ervaring|ondersteuning|kwaliteit|product|support"},
    {"nl.unfelt", unfelt, "spam map|folder|filter|box"},
    {"nl.unfelt", unfelt, "spambox|spamfilter|spammap"},
    {"nl.unfelt", unfelt, "in|bij [de|mijn] spam"},
    {"nl.unfelt", unfelt, "geen probleem|problemen|zorgen|idee|twijfel|klachten"},
    {"nl.unfelt", unfelt, "niet slecht|zeker|verkeerd"},
    {"nl.unfelt", unfelt, "goede|goed|fijne|goeie dag|morgen|middag|avond|weekend|vraag|week"},
    {"nl.unfelt", unfelt, "zou [_] fijn|mooi|goed|top|handig [_] als"},
    {"nl.unfelt", unfelt, "bij|alvast voorbaat|bedankt [dank]"},
});

constexpr std::array positives = std::to_array<phrase>({
    {"nl.positive.yes", positive, "ja [graag|hoor|leuk|prima|zeker]"},
    {"nl.positive.yes", positive, "graag", 1},
    {"nl.positive.yes", positive, "heel graag"},
    {"nl.positive.yes", positive, "laten we [_] [_] bellen|praten|afspreken|spreken"},
    {"nl.positive.yes", positive, "kijk|kijken [_] uit naar"},
    {"nl.positive.yes", positive, "meer informatie|weten|info"},
    {"nl.positive.interest", positive, "heb|hebben [ik|wij|we] [_] interesse"},
    {"nl.positive.helped", positive, "heeft|hebben|het [mij|me|ons] [_] geholpen"},
    {"nl.positive.helped", positive, "werkt [_] nu|weer|goed|prima|perfect"},
    {"nl.positive.helped", positive, "opgelost"},
    {"nl.praise", praise, "geinteresseerd|interessant|tevreden|enthousiast"},
    {"nl.praise", praise, "klinkt|ziet|lijkt [er|me] [_] goed|interessant|leuk|prima|uit|top"},
    {"nl.praise", praise,
     "super|top|geweldig|perfect|fantastisch|uitstekend|prachtig|prima|heerlijk|schitterend|"
     "briljant|chapeau"},
    {"nl.praise", praise, "erg|heel|zeer|echt blij|goed|fijn|handig|leuk|mooi|nuttig"},
    {"nl.praise", praise, "hartelijk|heel|erg|veel|super dank|bedankt"},
    {"nl.praise", praise, "hartelijk|heel erg bedankt"},
    {"nl.praise", praise, "bedankt|dank voor"},
    {"nl.praise", praise, "goed|leuk|fijn|handig|blij", 1},
    {"nl.thanks", thanks, "bedankt|dank|dankjewel|dankuwel|thanks", 1},
});

}  // namespace

language dutch() {
    return {{opt_outs, commands, guards, negatives, positives}, sets};
}

}  // namespace vf::mail
