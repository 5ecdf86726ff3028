#include <array>

#include "phrases.hpp"

namespace vf::mail {

namespace {

using enum phrase_kind;

constexpr std::array sets = std::to_array<word_set>({
    {"mails",
     "email|emaile|emaili|maile|maili|mail|maila|wiadomosci|wiadomosc|newsletter|newslettera|"
     "newsletterow|spam|spamu|korespondencji|reklam|informacji|powiadomien|ofert|maily|emailow|"
     "mailow"},
    {"list",
     "listy|liste|bazy|newslettera|subskrypcji|mailingu|mailingowej|systemu|adresow|danych|"
     "kontaktow|subskrybentow"},
    {"parties",
     "klient|klienci|klientow|uzytkownik|uzytkownicy|uzytkownikow|subskrybenci|subskrybent|"
     "kontakty|odbiorcy|czytelnicy|ktos|subskrybentow"},
});

constexpr std::array opt_outs = std::to_array<phrase>({
    {"pl.opt_out.remove", opt_out,
     "wypisz|wypiszcie|wypisac|wypisanie|usun|usuncie|usunac|usuniecie|wykresl|wykreslic|"
     "wykreslcie|skresl|skreslcie|skreslic|wykreslenie [_] mnie|nas|mi"},
    {"pl.opt_out.remove", opt_out,
     "mnie|nas [_] wypisac|usunac|wykreslic|skreslic|wypiszcie|wypisz|wypisanie"},
    {"pl.opt_out.remove", opt_out,
     "usun|usuncie|usunac|usuniecie|wykreslic|wykreslcie|skasowac|skasujcie [_] "
     "moj|mojego|nasz|naszego|ten|moich [_] adres|adresu|email|mail|emaila|danych|maila"},
    {"pl.opt_out.remove", opt_out, "moj|nasz|mojego adres|adresu [_] z [_] [_] <list>"},
    {"pl.opt_out.remove", opt_out,
     "chce|chcialbym|chcialabym|chcielibysmy|prosze [_] sie wypisac|wyrejestrowac"},
    {"pl.opt_out.remove", opt_out, "wypisuje|wypisujemy sie"},
    {"pl.opt_out.cancel", opt_out,
     "rezygnuje|rezygnujemy|zrezygnowac|rezygnacja|zrezygnuje z|ze [_] [_] "
     "newslettera|subskrypcji|maili|wiadomosci|mailingu|otrzymywania"},
    {"pl.opt_out.cancel", opt_out,
     "anulowac|anulujcie|anuluj|anulowanie|odwoluje|anuluje [_] "
     "subskrypcje|subskrypcji|newsletter|newslettera|zgode"},
    {"pl.opt_out.cancel", opt_out, "wycofuje|cofam [_] zgode"},
    {"pl.opt_out.no_more", opt_out,
     "nie [_] chce|chcemy|zycze|zyczymy|chcialbym|chcialabym [_] [_] "
     "otrzymywac|dostawac|wiecej|otrzymywania|byc|dostac"},
    {"pl.opt_out.no_more", opt_out,
     "nie [_] "
     "wysylac|wysylaj|wysylajcie|przysylac|przysylajcie|przysylaj|pisac|piszcie|pisz|kontaktowac|"
     "kontaktujcie|slijcie|slac [_] [_] [_] wiecej|do|mnie|mi|maili|nic|juz|sie"},
    {"pl.opt_out.no_more", opt_out, "prosze [juz] nie wysylac|przysylac|pisac|kontaktowac"},
    {"pl.opt_out.no_more", opt_out, "zadnych|zadnego [_] <mails>"},
    {"pl.opt_out.no_more", opt_out, "koniec|dosc|stop [z] <mails>"},
    {"pl.opt_out.no_more", opt_out,
     "nie [_] zycze|zyczymy|chce|chcemy [sobie] [_] [_] <mails>|kontaktu|korespondencji"},
    {"pl.opt_out.stop", opt_out,
     "przestan|przestancie|przestac|zaprzestac|zaprzestan|przestanie [_] [_] "
     "wysylac|wysylania|pisac|przysylac|slac|spamowac|kontaktowac"},
    {"pl.opt_out.word", opt_out_word,
     "wypisac|wypisz|wypiszcie|wypisanie|wyrejestrowac|wypisywac|wypisalem"},
});

constexpr std::array commands = std::to_array<phrase>({
    {"pl.opt_out.command", command,
     "wypis|wypisz|wypisanie|rezygnuje|rezygnacja|usun|koniec|dosc|anuluj|usuniecie"},
    {"pl.opt_out.command", command, "nie pisac|piszcie|wysylac|wysylajcie"},
    {"pl.opt_out.command", command, "anuluj subskrypcje"},
    {"pl.courtesy", courtesy,
     "prosze|dziekuje|dzieki|witam|dzien|dobry|pozdrawiam|z|powazaniem|natychmiast|o"},
    {"pl.first_person", first_person, "ja|mnie|mi|moj|moja|moje|mojego|nas|nam|nasz|chce|rezygnuje"
    },
    {"pl.negator", negator, "nie|nigdy|zaden|zadna|bez|nic|ani"},
    {"pl.closing", closing, "pozdrawiam|pozdrawiamy|pozdrowienia|pozdr"},
    {"pl.closing", closing, "z powazaniem|wyrazami|pozdrowieniami [szacunku]"},
});

constexpr std::array guards = std::to_array<phrase>({
    {"pl.keep.negated", keep,
     "nie|nigdy [_] wypisujcie|wypisuj|wypisz|wypiszcie|usuwajcie|usuwaj|wypisac|wypisywac [mnie]"},
    {"pl.keep.negated", keep, "nie [_] chce|chcemy [sie] wypisac|wypisywac|rezygnowac"},
    {"pl.keep.reporting", keep,
     "nie [_] dostaje|otrzymuje|dostajemy|otrzymujemy|dostal|dostalem|przychodza|przychodzi [_] "
     "[_] <mails>"},
    {"pl.keep.footer", keep,
     "jesli|jezeli nie [_] chcesz|chca|zyczysz [_] [_] otrzymywac|dostawac [_] [_] <mails>"},
    {"pl.keep.footer", keep, "aby|zeby [sie] wypisac|zrezygnowac [_]"},
    {"pl.keep.product", keep,
     "link|przycisk|strona|formularz|wskaznik [do] wypisania|rezygnacji|wypisu|wypisywania"},
    {"pl.keep.billing", keep, "mnie z [_] zespolu|projektu|planu|grupy"},
    {"pl.other_party", other_party, "<parties>"},
    {"pl.other_party", other_party, "webhook|planu"},
});

constexpr std::array negatives = std::to_array<phrase>({
    {"pl.negative.no_interest", negative,
     "nie [_] [_] zainteresowany|zainteresowana|zainteresowani|interesuje|interesuja", 3},
    {"pl.negative.no_interest", negative, "brak zainteresowania", 3},
    {"pl.negative.no_interest", negative, "nie dziekuje|dzieki|dziekujemy", 3},
    {"pl.negative.no_interest", negative, "nie [_] potrzebuje|potrzebujemy|potrzebne", 3},
    {"pl.negative.elsewhere", negative,
     "inne|inna|innego|konkurencji rozwiazanie|narzedzie|dostawce|dostawcy|firme", 3},
    {"pl.negative.leave_alone", negative, "dajcie|daj [_] mi|nam [_] spokoj", 3},
    {"pl.negative.leave_alone", negative, "spokoj|spokoju"},
    {"pl.negative.leave_alone", negative, "zostawcie mnie", 3},
    {"pl.negative.threat", negative,
     "oszustwo|oszusci|oszustow|prawnik|prawnika|uodo|rodo|skarga|skarge|nekanie|policja|zlodzieje|"
     "wyludzenie",
     3},
    {"pl.negative.threat", negative, "spam|spamu", 3},
    {"pl.negative.threat", negative, "zwrotu|zwrot [moich] pieniedzy|kosztow|srodkow", 3},
    {"pl.negative.threat", negative, "oddajcie", 3},
    {"pl.blame", blame,
     "rozczarowany|rozczarowana|rozczarowani|rozczarowanie|rozczarowujace|zawiedziony|zawiedziona|"
     "sfrustrowany|zirytowany|zdenerwowany|wsciekly|niezadowolony|niezadowolona|irytujace|"
     "denerwujace"},
    {"pl.blame", blame,
     "okropny|okropne|straszne|fatalny|fatalna|fatalne|tragedia|tragiczne|beznadziejny|"
     "beznadziejne|beznadzieja|zenada|wstyd|skandal|niedopuszczalne|bezuzyteczne|smiec|smieci|"
     "gowno|najgorszy|najgorsza|najgorsze|nienawidze|dno|kpina|koszmar"},
    {"pl.blame", blame, "strata|marnowanie|szkoda czasu|pieniedzy"},
    {"pl.blame", blame, "nic nie dziala"},
    {"pl.blame", blame,
     "nie [_] [_] zadowolony|zadowolona|zadowoleni|podoba|polecam|satysfakcjonuje"},
    {"pl.blame", blame, "bardzo|zbyt|za|strasznie drogo|drogie|zle|slabe|slabo|wolno|skomplikowane"
    },
    {"pl.blame", blame, "slabo|slabe|zle|drogo", 1},
    {"pl.blame", blame,
     "slaba|slaby|zla|kiepska|kiepski|marna obsluga|jakosc|produkt|wsparcie|usluga"},
    {"pl.unfelt", unfelt, "folder|folderze|filtr|do|w spam|spamie|spamu"},
    {"pl.unfelt", unfelt, "nie ma|szkodzi problemu|sprawy"},
    {"pl.unfelt", unfelt, "zaden|bez problem|problemu|problemow"},
    {"pl.unfelt", unfelt, "nie jestem pewien|pewna"},
    {"pl.unfelt", unfelt, "polityka zwrotow|zwrotu"},
    {"pl.unfelt", unfelt, "byloby [_] swietnie|super|dobrze|milo gdyby"},
    {"pl.unfelt", unfelt, "dziekuje z gory"},
    {"pl.unfelt", unfelt, "z gory dziekuje|dzieki"},
    {"pl.unfelt", unfelt, "zgodne|zgodnosc z rodo"},
});

constexpr std::array positives = std::to_array<phrase>({
    {"pl.positive.yes", positive, "tak [prosze|poprosze|chetnie|oczywiscie|jasne]"},
    {"pl.positive.yes", positive, "poprosze|chetnie|oczywiscie|jasne|zgoda"},
    {"pl.positive.yes", positive, "porozmawiajmy|umowmy|zadzwoncie|spotkajmy [sie]"},
    {"pl.positive.yes", positive, "wiecej informacji|szczegolow"},
    {"pl.positive.yes", positive, "nie moge sie doczekac", 3},
    {"pl.positive.helped", positive, "pomoglo|pomogla|pomogliscie|pomogl"},
    {"pl.positive.helped", positive, "juz|teraz|wszystko dziala [_]"},
    {"pl.positive.helped", positive, "dziala swietnie|super|dobrze|idealnie"},
    {"pl.praise", praise, "zainteresowany|zainteresowana|zainteresowani|interesujace|ciekawe"},
    {"pl.praise", praise,
     "swietnie|swietny|swietna|swietne|super|doskonale|doskonaly|wspaniale|wspanialy|idealnie|"
     "idealne|rewelacja|rewelacyjne|fantastycznie|znakomicie|ekstra|uwielbiam|brawo|kocham|"
     "genialne|genialny"},
    {"pl.praise", praise,
     "bardzo|naprawde "
     "zadowolony|zadowolona|zadowoleni|dobre|dobry|dobrze|fajne|pomocne|przydatne|mila|lubie"},
    {"pl.praise", praise, "bardzo|serdecznie|wielkie dziekuje|dziekujemy|dzieki"},
    {"pl.praise", praise, "dziekuje|dzieki|dziekujemy bardzo|serdecznie|wielkie|za"},
    {"pl.praise", praise, "podoba mi|nam|sie"},
    {"pl.praise", praise, "dobrze|fajne|fajnie|zadowolony", 1},
    {"pl.thanks", thanks, "dziekuje|dzieki|dziekujemy|dziekowac", 1},
});

}  // namespace

language polish() {
    return {{opt_outs, commands, guards, negatives, positives}, sets};
}

}  // namespace vf::mail
