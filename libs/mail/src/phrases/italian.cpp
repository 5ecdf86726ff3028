#include <array>

#include "phrases.hpp"

namespace vf::mail {

namespace {

using enum phrase_kind;

constexpr std::array sets = std::to_array<word_set>({
    {"mails",
     "email|emails|mail|mails|messaggio|messaggi|newsletter|posta|spam|comunicazione|comunicazioni|"
     "pubblicita|informazioni|notifiche|offerte|promozioni"},
    {"list",
     "lista|liste|elenco|newsletter|mailing|database|distribuzione|rubrica|indirizzario|sistema|"
     "archivio|archivi|elenchi|mailinglist"},
    {"parties",
     "cliente|clienti|utente|utenti|iscritto|iscritti|contatto|contatti|destinatari|lettori|"
     "qualcuno|membri|abbonati"},
});

constexpr std::array opt_outs = std::to_array<phrase>({
    {"it.opt_out.remove", opt_out,
     "cancellami|cancellatemi|cancellarmi|disiscrivimi|disiscrivetemi|disiscrivermi|disiscriverci|"
     "rimuovetemi|rimuovimi|rimuovermi|toglietemi|toglimi|togliermi|eliminatemi|eliminami|"
     "eliminarmi|depennatemi|levatemi|levami|cancellateci|rimuoveteci|toglieteci|disiscriveteci"},
    {"it.opt_out.remove", opt_out,
     "mi|ci "
     "cancelli|cancelliate|tolga|tolgano|rimuova|rimuovano|disiscriva|disiscriviate|elimini|"
     "cancellate|togliete|rimuovete|disiscrivete"},
    {"it.opt_out.remove", opt_out,
     "cancellare|cancellate|cancelli|rimuovere|rimuovete|rimuova|eliminare|eliminate|togliere|"
     "togliete|elimini|tolga [_] mio|mia|nostro|nostra|questo [_] "
     "indirizzo|email|mail|nome|nominativo|contatto|iscrizione"},
    {"it.opt_out.remove", opt_out,
     "essere|venire "
     "cancellato|cancellata|rimosso|rimossa|tolto|tolta|eliminato|disiscritto|disiscritta|"
     "cancellati|rimossi"},
    {"it.opt_out.remove", opt_out,
     "cancellare|annullare|disdire|annullate|cancella|disattivare [la|l|mia] [mia|nostra] "
     "iscrizione|sottoscrizione|abbonamento [alla|dalla|a|della] [_] <mails>"},
    {"it.opt_out.remove", opt_out, "cancellare [la|l] [mia|nostra] iscrizione"},
    {"it.opt_out.remove", opt_out, "cancellazione [_] [_] <list>"},
    {"it.opt_out.no_more", opt_out,
     "non [_] voglio|desidero|vogliamo|desideriamo|vorrei|intendo [piu] ricevere|essere|ricevervi"},
    {"it.opt_out.no_more", opt_out,
     "non [_] voglio|desidero|vogliamo piu|altre|vostre [_] [_] <mails>"},
    {"it.opt_out.no_more", opt_out,
     "non mi|ci [_] "
     "inviate|inviatemi|inviare|mandate|mandare|scrivete|scrivere|contattate|contattare|scriva|"
     "contatti|invii|disturbate [piu]"},
    {"it.opt_out.no_more", opt_out,
     "non "
     "inviatemi|mandatemi|scrivetemi|contattatemi|inviate|mandate|scrivermi|contattarmi|inviarmi|"
     "mandarmi [piu]"},
    {"it.opt_out.no_more", opt_out, "basta|niente|nessuna [_] [_] <mails>"},
    {"it.opt_out.word", opt_out_word, "stop <mails>"},
    {"it.opt_out.stop", opt_out,
     "smettete|smettetela|smettila|smetti|smetta|smettere|finitela|cessate di "
     "inviarmi|mandarmi|scrivermi|contattarmi|inviare|mandare|scrivere|inviarci|spammare|"
     "disturbarmi"},
    {"it.opt_out.stop", opt_out, "voglio|vorrei|desidero disiscrivermi|disiscrivere|cancellarmi"},
    {"it.opt_out.no_more", opt_out, "non [_] ricontattatemi|disturbatemi|tornate [a] [_]"},
    {"it.opt_out.word", opt_out_word, "disiscri*|disiscrizione"},
    {"it.opt_out.word", opt_out_word, "annulla|annullare iscrizione"},
});

constexpr std::array commands = std::to_array<phrase>({
    {"it.opt_out.command", command,
     "cancellare|cancella|cancellazione|rimuovere|rimuovi|basta|fine|annulla|eliminare|fermare"},
    {"it.opt_out.command", command, "annulla|annullare|cancella [l] iscrizione"},
    {"it.courtesy", courtesy,
     "per|favore|grazie|cortesia|buongiorno|salve|ciao|saluti|prego|gentilmente|cortesemente|"
     "piacere"},
    {"it.first_person", first_person, "io|mi|mio|mia|ci|nostro|nostra|voglio|vorrei|desidero"},
    {"it.negator", negator, "non|mai|nessun|nessuna|senza|niente|ne|neanche"},
    {"it.closing", closing, "[cordiali|distinti|tanti|un] saluti|saluto"},
    {"it.closing", closing, "cordialmente"},
});

constexpr std::array guards = std::to_array<phrase>({
    {"it.keep.negated", keep,
     "non [_] "
     "cancellatemi|cancellarmi|rimuovetemi|disiscrivetemi|toglietemi|disiscrivermi|rimuovermi|"
     "cancellate|cancellarmi"},
    {"it.keep.negated", keep,
     "non [_] voglio disiscrivermi|cancellarmi|essere cancellato|rimosso|disiscritto"},
    {"it.keep.negated", keep, "non [_] voglio disiscrivermi|cancellarmi"},
    {"it.keep.reporting", keep,
     "non [_] [_] ricevo|riceviamo|ricevono|arrivano|arriva|ricevuto [_] [_] [_] <mails>"},
    {"it.keep.footer", keep,
     "se non [_] [_] desideri|desidera|vuoi|vuole [piu] ricevere [_] [_] [_] <mails>"},
    {"it.keep.footer", keep, "per disiscriverti|disiscriversi|cancellarti|cancellarsi|annullare"},
    {"it.keep.product", keep, "link|pulsante|pagina|tasso|modulo di disiscrizione|cancellazione"},
    {"it.keep.billing", keep,
     "rimuovetemi|toglietemi|rimuovermi dal|dalla|da [_] team|progetto|gruppo|piano"},
    {"it.other_party", other_party, "miei|i|nostri|gli|dei|un|mio|ogni|vostri <parties>"},
    {"it.other_party", other_party, "webhook|sequenza"},
});

constexpr std::array negatives = std::to_array<phrase>({
    {"it.negative.no_interest", negative,
     "non [_] [_] interessa|interessano|interessato|interessata|interessati|interesse", 3},
    {"it.negative.no_interest", negative, "nessun|senza interesse", 3},
    {"it.negative.no_interest", negative, "no grazie", 3},
    {"it.negative.no_interest", negative, "non [_] serve|bisogno|necessito", 3},
    {"it.negative.no_interest", negative, "non [_] abbiamo|ho bisogno", 3},
    {"it.negative.elsewhere", negative, "altro|altra fornitore|soluzione|strumento", 3},
    {"it.negative.leave_alone", negative, "lasciatemi|lasciami|lasciateci in pace", 3},
    {"it.negative.leave_alone", negative, "in pace", 3},
    {"it.negative.threat", negative,
     "truffa|truffatori|frode|denuncia|denuncio|avvocato|molestie|garante|ladri", 3},
    {"it.negative.threat", negative, "spam", 3},
    {"it.negative.threat", negative,
     "voglio|esigo|pretendo|chiedo [_] [_] [_] rimborso|rimborsato|soldi|indietro", 3},
    {"it.negative.threat", negative, "rimborsatemi|ridatemi", 3},
    {"it.blame", blame,
     "deluso|delusa|deludente|delusi|delusione|frustrato|frustrata|frustrante|arrabbiato|"
     "arrabbiata|infastidito|seccato|scontento|insoddisfatto|insoddisfatta|stufo|stufa"},
    {"it.blame", blame,
     "pessimo|pessima|terribile|orribile|vergogna|vergognoso|inaccettabile|inutile|schifo|merda|"
     "peggiore|peggio|odio|disastro|ridicolo|scandaloso|spazzatura|inutilizzabile"},
    {"it.blame", blame, "perdita di tempo"},
    {"it.blame", blame, "niente|nulla funziona"},
    {"it.blame", blame,
     "non [_] [_] soddisfatto|soddisfatta|soddisfatti|contento|contenta|piace|piaciuto|convince"},
    {"it.blame", blame, "molto|troppo caro|cara|costoso|male|lento|complicato"},
    {"it.blame", blame, "male|caro|lento|brutto", 1},
    {"it.blame", blame,
     "cattivo|cattiva|brutta|scarso|scarsa servizio|esperienza|qualita|assistenza|supporto"},
    {"it.unfelt", unfelt, "nello|nella|filtro|cartella [posta|cartella] [anti] spam"},
    {"it.unfelt", unfelt, "nessun|senza problema|problemi|dubbio"},
    {"it.unfelt", unfelt, "non [_] male|sicuro|sicura"},
    {"it.unfelt", unfelt, "politica di rimborso"},
    {"it.unfelt", unfelt, "sarebbe [_] bello|ottimo|perfetto|utile se"},
    {"it.unfelt", unfelt, "buon|buona|buone giornata|serata|giorno|lavoro|domanda|settimana"},
    {"it.unfelt", unfelt, "grazie in anticipo"},
});

constexpr std::array positives = std::to_array<phrase>({
    {"it.positive.yes", positive, "si [grazie|certo|volentieri|perfetto|per]"},
    {"it.positive.yes", positive, "volentieri|certo|certamente"},
    {"it.positive.yes", positive, "ne parliamo|parliamone|sentiamoci"},
    {"it.positive.yes", positive, "piu|maggiori informazioni|dettagli"},
    {"it.positive.yes", positive, "non vedo l ora", 3},
    {"it.positive.helped", positive, "ora|adesso|tutto funziona [_]"},
    {"it.positive.helped", positive, "funziona [_] perfettamente|bene|benissimo"},
    {"it.positive.helped", positive, "mi|ci ha|e [stato] [molto] aiutato|utile"},
    {"it.praise", praise, "mi|ci interessa|interesserebbe|piace|piaciuto|piacerebbe"},
    {"it.praise", praise, "interessato|interessata|interessati|interessante"},
    {"it.praise", praise,
     "ottimo|ottima|perfetto|perfetta|eccellente|fantastico|fantastica|bravi|bravissimi|"
     "complimenti|magnifico|meraviglioso|benissimo|splendido|adoro|incredibile"},
    {"it.praise", praise,
     "molto|davvero|proprio "
     "contento|contenta|soddisfatto|soddisfatta|soddisfatti|utile|bene|bello|bella|felice|buono"},
    {"it.praise", praise, "grazie mille|tante|infinite|molte"},
    {"it.praise", praise, "mille|tante grazie"},
    {"it.praise", praise, "bene|bello|buono", 1},
    {"it.thanks", thanks, "grazie", 1},
});

}  // namespace

language italian() {
    return {{opt_outs, commands, guards, negatives, positives}, sets};
}

}  // namespace vf::mail
