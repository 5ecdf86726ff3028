#include <array>

#include "phrases.hpp"

namespace vf::mail {

namespace {

using enum phrase_kind;

constexpr std::array sets = std::to_array<word_set>({
    {"mails",
     "email|emails|mail|mails|mejl|mejlen|mailen|meddelanden|nyhetsbrev|nyhetsbrevet|nyhetsbreven|"
     "utskick|reklam|spam|nyhedsbrev|nyhedsbrevet|nyhedsbreve|beskeder|mailene|eposter|epost|post|"
     "meldinger|e|reklamer|henvendelser|brev"},
    {"list",
     "listan|listor|listen|lista|sandlista|utskickslista|nyhetsbrevet|maillista|maillisten|"
     "mailingliste|mailingliste|epostlisten|nyhedsbrevet|databasen|registret|register|database|"
     "systemet|utskick"},
    {"me", "mig|meg|oss|os"},
    {"parties",
     "kund|kunder|kunderna|anvandare|anvandarna|kunde|kunderne|brukere|brukerne|brugere|brugerne|"
     "prenumeranter|abonnenter|mottagare|modtagere|nagon|kontakter|medlemmar|medlemmer"},
    {"viestit",
     "viesteja|viestit|viesti|viestien|sahkoposteja|sahkopostia|sahkopostit|sahkoposti|uutiskirje|"
     "uutiskirjetta|uutiskirjeen|uutiskirjeita|maileja|meileja|posteja|postia|mainoksia|"
     "mainospostia|roskapostia"},
});

constexpr std::array opt_outs = std::to_array<phrase>({
    {"sv.opt_out.remove", opt_out,
     "avregistrera|avprenumerera|avanmal|stryk|radera|plocka|ta [garna|bort] <me> [bort|_] [_] [_]"
    },
    {"sv.opt_out.remove", opt_out,
     "ta bort <me>|min|var|mitt [_] [adress|mejladress|epostadress|mejl|mail|_]"},
    {"sv.opt_out.remove", opt_out,
     "avsluta|saga|stoppa|avbryt [upp] [min|var|vart|mitt] [_] "
     "prenumeration|prenumerationen|nyhetsbrev|nyhetsbrevet|utskick|utskicken [_] [_]"},
    {"sv.opt_out.remove", opt_out,
     "vill|onskar|skulle [jag|vi] [_] [_] [_] avregistrera|avprenumerera|avregistreras|avsluta "
     "prenumerationen|nyhetsbrevet|mig"},
    {"sv.opt_out.remove", opt_out,
     "vill|onskar [jag|vi] [_] avregistrera|avprenumerera|avregistreras|avanmala"},
    {"sv.opt_out.no_more", opt_out, "vill|onskar [jag|vi] [_] inte|inga [_] [_] [_] <mails>"},
    {"sv.opt_out.no_more", opt_out,
     "vill|onskar [jag|vi] [_] inte [_] fa|ha|motta|ta|hora|bli|kontaktas|fortsatta [_] [_] "
     "<mails>|kontaktad|mer|av"},
    {"sv.opt_out.no_more", opt_out, "inga|ingen fler|mer|ytterligare <mails>"},
    {"sv.opt_out.no_more", opt_out,
     "sluta|slutar|upphor [att] [_] mejla|maila|skicka|kontakta|skriva|spamma"},
    {"sv.opt_out.no_more", opt_out,
     "skicka|mejla|maila|kontakta|skriv <me>|inte [inte|_] [_] [mer|fler|igen|langre] [mejl]"},
    {"sv.opt_out.word", opt_out_word, "avregistrer*|avprenumerer*|avanmal*|avregistrering"},
    {"da.opt_out.remove", opt_out,
     "afmeld|frameld|slet|fjern|slett|stryk|avmeld|meld <me> [_] [fra|af|av]"},
    {"da.opt_out.remove", opt_out,
     "fjern|slet|slett|ta|fjerne|slette|stryke|radera [venligst|bort] min|vores|mitt|vart|denne "
     "[_] "
     "mail|email|mailadresse|emailadresse|adresse|e|epost|epostadresse|navn"},
    {"da.opt_out.remove", opt_out,
     "vil|onsker|vill [jeg|vi] [_] [_] [_] "
     "afmeldes|afmelde|framelde|frameldes|fjernes|slettes|avmeldes|avmelde|melde [meg|mig] [av|fra]"
    },
    {"da.opt_out.remove", opt_out, "tag|ta|tage|taget <me> [_] [_] af|fra|vekk|bort|ud|ut|av"},
    {"da.opt_out.remove", opt_out, "melde <me> [_] af|av|fra|ut|ud"},
    {"da.opt_out.remove", opt_out,
     "opsig|opsige|stopp|avslutt|avbestill|avbestille|stop [_] "
     "abonnement|abonnementet|nyhedsbrev|nyhedsbrevet|nyhetsbrev|nyhetsbrevet"},
    {"da.opt_out.no_more", opt_out, "vil|onsker [jeg|vi] [_] ikke|ingen [_] [_] [_] [_] <mails>"},
    {"da.opt_out.no_more", opt_out,
     "vil|onsker [jeg|vi] [_] ikke [_] [_] "
     "modtage|motta|fa|have|ha|hore|kontaktes|kontaktet|lenger|laengere [flere|mer|mere|fra|_] "
     "[<mails>|jer|dere]"},
    {"da.opt_out.no_more", opt_out, "ikke flere|mer|mere <mails>"},
    {"da.opt_out.no_more", opt_out, "ingen flere|mer <mails>"},
    {"da.opt_out.no_more", opt_out, "send|skriv|kontakt|mail|maile <me> ikke [_] [_]"},
    {"da.opt_out.no_more", opt_out,
     "ikke|aldri|aldrig send|skriv|kontakt|sende|skrive|kontakte|mail [til] <me> [_] "
     "[mer|mere|igen|igjen|flere]"},
    {"da.opt_out.no_more", opt_out,
     "stop|slutt|stopp|hold [op] [med] [a|at] [_] sende|maile|skrive|kontakte|spamme|mails|med"},
    {"da.opt_out.remove", opt_out,
     "afmelde|framelde|slette|fjerne|stryke|avmelde|melde|tage|ta <me> [_] [fra|af|av|bort]"},
    {"sv.opt_out.remove", opt_out, "radera|stryka|plocka|ta [bort] <me> [_] [_] [fran|ur|pa]"},
    {"da.opt_out.word", opt_out_word, "afmeld*|framelde*|frameld|avmeld*|avmelding"},
    {"no.opt_out.remove", opt_out, "meld <me> av|ut|fra|af"},
    {"fi.opt_out.remove", opt_out,
     "poistakaa|poista|poistetaan|ottakaa|ota "
     "minut|meidat|tietoni|osoitteeni|sahkopostini|sahkopostiosoitteeni|osoite [_] [_]"},
    {"fi.opt_out.remove", opt_out, "minut listalta|postituslistalta|pois"},
    {"fi.opt_out.remove", opt_out,
     "haluan|haluaisin|haluamme|pyydan [_] [_] "
     "perua|peruuttaa|lopettaa|erota|poistua|poistettavaksi|peruutusta|irtisanoa [_] "
     "[tilaus|tilauksen|<viestit>]"},
    {"fi.opt_out.remove", opt_out,
     "peru|perukaa|peruuta|peruuttakaa|lopeta|lopettakaa|perun|peruutan [_] "
     "tilaus|tilauksen|tilaukseni|uutiskirje|uutiskirjeen|uutiskirjetilaus|<viestit>"},
    {"fi.opt_out.no_more", opt_out, "en|emme halua|haluaisi|halunnut [_] [_] [_] [_] <viestit>"},
    {"fi.opt_out.no_more", opt_out, "en|emme halua [_] [_] vastaanottaa|saada|kuulla"},
    {"fi.opt_out.no_more", opt_out,
     "alkaa|ala|ei|alkaa lahettako|lahettakaa|laheta|lahettaa|ottako|ota|enaa [_] [_] "
     "[<viestit>|yhteytta|enaa|minulle]"},
    {"fi.opt_out.no_more", opt_out,
     "lopettakaa|lopeta|lopettaa [_] [_] lahettaminen|lahettamasta|spammaaminen|viestit"},
    {"fi.opt_out.no_more", opt_out, "ei enaa <viestit>"},
    {"fi.opt_out.word", opt_out_word, "uutiskirjeen peruutus|peruminen"},
    {"fi.opt_out.word", opt_out_word, "tilauksen peruutus|peruminen"},
});

constexpr std::array commands = std::to_array<phrase>({
    {"sv.opt_out.command", command,
     "sluta|avsluta|stopp|avregistrering|avregistrera|avprenumerera|ta bort"},
    {"sv.opt_out.command", command, "ta bort"},
    {"da.opt_out.command", command,
     "afmeld|afmelding|frameld|fjern|slet|avmeld|avmelding|stopp|slutt|slett|meld|ophor"},
    {"da.opt_out.command", command, "meld av|fra"},
    {"fi.opt_out.command", command, "peru|peruuta|lopeta|lopettakaa|poista|seis|peruutus|poistakaa"
    },
    {"fi.opt_out.command", command, "peruuta|peru|lopeta tilaus"},
    {"nordic.courtesy", courtesy,
     "tack|hej|snalla|tak|takk|hei|vennligst|venligst|kiitos|moi|terve|vanligen|gerne|garna|hilsen|"
     "mvh|terveisin"},
    {"nordic.first_person", first_person,
     "jag|mig|min|mitt|vi|oss|jeg|meg|os|mina|minut|mine|minulle|meidat|en|minua|haluan"},
    {"nordic.negator", negator, "inte|inga|ingen|aldrig|ikke|aldri|ej|en|emme|ei|eivat|ala"},
    {"nordic.closing", closing,
     "med vanlig|vanliga|venlig|vennlig|venlige halsning|halsningar|hilsen"},
    {"nordic.closing", closing, "mvh|hilsen|halsningar|terveisin|vh"},
    {"nordic.closing", closing, "ystavallisin terveisin"},
});

constexpr std::array guards = std::to_array<phrase>({
    {"sv.keep.negated", keep, "avregistrera|avprenumerera|ta [bort] <me> inte"},
    {"sv.keep.negated", keep, "ta inte bort <me>"},
    {"sv.keep.negated", keep,
     "inte|aldrig|ikke|aldri "
     "avregistrera|avprenumerera|avregistreras|afmeld|afmelde|afmeldes|avmeld|avmelde|fjern|fjerne|"
     "fjernes [mig|meg]"},
    {"sv.keep.negated", keep, "fjern|afmeld|slet|meld <me> [_] ikke"},
    {"sv.keep.reporting", keep,
     "far|fick|fatt|faar|mottar|modtager|kommer|fikk [jag|jeg|vi|der|det] [_] inga|inte|ikke|ingen "
     "[_] [_] <mails>"},
    {"fi.keep.negated", keep, "alkaa|ala poistako|poista minua"},
    {"fi.keep.reporting", keep, "en|emme|ei ole|saa [_] saanut|saaneet [_] [_] [<viestit>]"},
    {"nordic.keep.product", keep,
     "avregistreringslank|avmeldingslenke|afmeldingslink|peruutuslinkki"},
    {"nordic.keep.footer", keep, "om|hvis du|dere|i [_] [_] inte|ikke [_] [_] [_] <mails> [_] [_]"},
    {"nordic.other_party", other_party, "<parties>"},
    {"nordic.other_party", other_party,
     "asiakkaat|asiakkaani|asiakkaiden|kayttajat|kayttajani|tilaajat"},
});

constexpr std::array negatives = std::to_array<phrase>({
    {"sv.negative.no_interest", negative,
     "inte|ej [_] [_] intresserad|intresserade|intresse|intressant", 3},
    {"sv.negative.no_interest", negative, "inget intresse", 3},
    {"sv.negative.no_interest", negative, "nej tack", 3},
    {"da.negative.no_interest", negative,
     "ikke [_] [_] interesseret|interesserede|interessert|interesse|interessant|interesserte", 3},
    {"da.negative.no_interest", negative, "ingen interesse", 3},
    {"da.negative.no_interest", negative, "nej|nei tak|takk|ellers", 3},
    {"fi.negative.no_interest", negative,
     "en|emme|ei [_] [_] kiinnostunut|kiinnostuneita|kiinnosta|tarvitse", 3},
    {"fi.negative.no_interest", negative, "ei kiitos", 3},
    {"nordic.negative.leave_alone", negative, "lamna|lat mig|oss [_] ifred|fred|vara", 3},
    {"nordic.negative.leave_alone", negative, "la|lad meg|mig vaere [_] [fred]", 3},
    {"nordic.negative.leave_alone", negative, "i fred", 3},
    {"nordic.negative.leave_alone", negative, "jattakaa|jata minut rauhaan", 3},
    {"nordic.negative.threat", negative,
     "bedrageri|bluff|svindel|lurade|svindlere|advokat|anmaler|anmelder|huijaus|huijareita|"
     "huijausta|spam|skrappost|roskapostia",
     3},
    {"nordic.negative.threat", negative, "pengarna|pengene tillbaka|tilbage|tilbake", 3},
    {"nordic.negative.threat", negative, "rahat|rahani takaisin", 3},
    {"nordic.blame", blame,
     "besviken|besvikna|missnojd|missnojda|arg|frustrerad|irriterad|irriterande|skuffet|skuffende|"
     "frustreret|frustrert|vred|sint|utilfreds|misfornoyd|irritert|irriteret|pettynyt|pettyneita|"
     "tyytymaton|vihainen|turhautunut"},
    {"nordic.blame", blame,
     "usel|uselt|hemsk|hemskt|fruktansvart|katastrof|skandal|oacceptabelt|vardelos|vardelost|skit|"
     "samst|varsta|elendig|elendigt|forfaerdelig|forfaerdeligt|katastrofe|uacceptabelt|"
     "uakseptabelt|ubrugelig|ubrukelig|lort|vaerste|verste|hader|hater|hatar|forferdelig|dritt|"
     "surkea|surkeaa|kauhea|kamala|huono|huonoin|huonointa|paska|hyodyton|torkea|vihaan"},
    {"nordic.blame", blame, "slosa|slosaa|spild|sloseri|bortkastad|bortkastet|ajanhukkaa [_] [tid]"
    },
    {"nordic.blame", blame, "inte|ikke [_] [_] nojd|nojda|bra|tilfreds|fornoyd|godt|glad"},
    {"nordic.blame", blame, "for|alldeles|alt|liian [for] dyr|dyrt|dart|daligt|kallis"},
    {"nordic.blame", blame,
     "dalig|daligt|darlig|darligt|darlig|huono|huonoa "
     "service|support|produkt|upplevelse|oplevelse|opplevelse|palvelu|kundeservice"},
    {"nordic.unfelt", unfelt,
     "inget|inga|intet|ingen|ikke|ei problem|problemer|mitaan|mitaa|haittaa"},
    {"nordic.unfelt", unfelt, "i [_] spam|skrappost|soppelpost|spamfilter"},
    {"nordic.unfelt", unfelt, "tak|takk|tack pa forhand|forhant"},
    {"nordic.unfelt", unfelt, "god|ha|hyvaa en|dag|morgon|morgen|paivaa|weekend|helg|huomenta"},
});

constexpr std::array positives = std::to_array<phrase>({
    {"nordic.positive.yes", positive,
     "ja|kylla|joo [tack|tak|takk|kiitos|garna|gerne|visst|mielellani]"},
    {"nordic.positive.yes", positive, "garna|gerne|mielellani|selvfolgelig|selvsagt|visst|ilman"},
    {"nordic.positive.yes", positive, "ser|gleder frem|fram|meg|mig til|emot|mot"},
    {"nordic.positive.yes", positive, "mer|mere info|information|informasjon"},
    {"nordic.positive.helped", positive, "hjalpte|hjalp|hjelp|hjalpt|hjelpte|auttoi|auttaa"},
    {"nordic.positive.helped", positive,
     "funkar|fungerar|fungerer|virker|toimii [_] nu|na|bra|nyt|fint|igen|hyvin|utmerket|perfekt"},
    {"nordic.praise", praise,
     "intresserad|intresserade|interesseret|interessert|kiinnostunut|kiinnostuneita|intressant|"
     "spannende|spandende|kiinnostava"},
    {"nordic.praise", praise,
     "later|lyder|ser|kuulostaa [_] [_] bra|godt|spannande|interessant|hyvalta|intressant|fint"},
    {"nordic.praise", praise,
     "toppen|perfekt|fantastisk|fantastiskt|underbart|utmarkt|superb|suverant|alskar|elsker|"
     "fremragende|genialt|utmerket|kanon|super|loistava|loistavaa|mahtava|mahtavaa|upea|upeaa|"
     "erinomainen|rakastan|taydellinen|hienoa|jattebra|kjempeflott|flott"},
    {"nordic.praise", praise,
     "valdigt|mycket|jatte|veldig|meget|rigtig|tosi|erittain|todella "
     "bra|nojd|nojda|godt|tilfreds|fornoyd|glad|hyva|tyytyvainen|fint|god|fin"},
    {"nordic.praise", praise, "tack|tak|takk [sa|skal|for] mycket|meget|du|hjalpen|hjelpen|mye"},
    {"nordic.praise", praise, "tusen|tusind|mange|stort|hjertelig tack|tak|takk"},
    {"nordic.praise", praise, "kiitos|kiitoksia paljon|kovasti|avusta"},
    {"nordic.positive.yes", thanks, "absolut", 1},
    {"nordic.thanks", thanks, "tack|tak|takk|kiitos|kiitti", 1},
});

}  // namespace

language nordic() {
    return {{opt_outs, commands, guards, negatives, positives}, sets};
}

}  // namespace vf::mail
