#include <array>

#include "phrases.hpp"

namespace vf::mail {

namespace {

using enum phrase_kind;

constexpr std::array sets = std::to_array<word_set>({
    {"mails",
     "mail|mails|email|emails|message|messages|newsletter|newsletters|courriel|courriels|courrier|"
     "courriers|infolettre|infolettres|publicite|publicites|pub|pubs|spam|spams|sollicitation|"
     "sollicitations|communications|info|infos|informations|lettre|lettres|offres|relances|"
     "notifications"},
    {"list",
     "liste|listes|diffusion|newsletter|base|fichier|fichiers|mailing|mailinglist|repertoire|"
     "contacts|donnees|envois|systeme"},
    {"me", "me|m|nous|moi"},
    {"parties",
     "client|clients|utilisateur|utilisateurs|abonne|abonnes|abonnees|contact|contacts|"
     "destinataire|destinataires|membre|membres|lecteurs|quelqu|prospects"},
});

constexpr std::array opt_outs = std::to_array<phrase>({
    {"fr.opt_out.remove_me", opt_out,
     "me|m|nous [faire] "
     "desabonner|desinscrire|desabonne|desinscris|desabonnez|desinscrivez|desabonnes"},
    {"fr.opt_out.remove_me", opt_out,
     "desabonnez|desinscrivez|desabonne|desinscris|desabonner|desinscrire|desabonnes|retirez|"
     "enlevez|supprimez|effacez|otez|sortez|retire|enleve|supprime|rayez|radiez moi|nous"},
    {"fr.opt_out.remove_me", opt_out,
     "me|m|nous retirer|supprimer|enlever|oter|effacer|rayer|sortir|radier [_] [_] de|des|du"},
    {"fr.opt_out.remove_me", opt_out,
     "supprimez|supprimer|retirez|retirer|effacez|effacer|enlevez|enlever|rayez|rayer [_] "
     "mon|mes|notre|nos|cette [_] adresse|adresses|email|mail|coordonnees|nom|contact"},
    {"fr.opt_out.remove_me", opt_out,
     "mon|notre [adresse|nom] [_] de votre|vos|cette [_] [_] <list>"},
    {"fr.opt_out.no_more", opt_out,
     "ne [_] [souhaite|veux|desire|voudrais|voulons|souhaitons|veut|desirons] plus [_] [_] [_] "
     "recevoir|etre|entendre"},
    {"fr.opt_out.no_more", opt_out, "veux|souhaite|voudrais|desire plus [_] [_] <mails>"},
    {"fr.opt_out.no_more", opt_out, "veux|souhaite|voudrais|desire plus|pas recevoir"},
    {"fr.opt_out.no_more", opt_out, "ne veux|souhaite|desire pas|plus [de|vos] <mails>"},
    {"fr.opt_out.no_more", opt_out, "plus recevoir [_] [_] [_] <mails>"},
    {"fr.opt_out.no_more", opt_out,
     "[ne] <me> [_] "
     "envoyez|envoyer|envoie|envoies|contactez|contacter|ecrivez|ecrire|ecris|sollicitez|"
     "solliciter|derangez plus|pas"},
    {"fr.opt_out.no_more", opt_out, "plus|pas <me> envoyer|contacter|ecrire|solliciter|deranger"},
    {"fr.opt_out.no_more", opt_out, "envoyez|ecrivez|contactez moi|nous plus"},
    {"fr.opt_out.no_more", opt_out, "envoyez|ecrivez plus"},
    {"fr.opt_out.no_more", opt_out, "plus|assez de|aucun [vos|tous|ces] <mails>"},
    {"fr.opt_out.no_more", opt_out, "plus aucun|aucune <mails>"},
    {"fr.opt_out.stop", opt_out,
     "arretez|arretes|arrete|arreter|cessez|cesse|cesser|stoppez|stopper|stop de|d|avec [_] [_] "
     "envoyer|envois|contacter|ecrire|spammer|harceler|solliciter|mails|emails|newsletters|messages"
    },
    {"fr.opt_out.stop", opt_out_word,
     "arretez|arreter|cessez|cesser|stoppez|stopper|stop [tout|tous|toute] "
     "les|vos|ces|l|aux|a|cet|d [_] [_] "
     "envoi|envois|mails|emails|newsletter|newsletters|messages|mail"},
    {"fr.opt_out.stop", opt_out,
     "annuler|annulez|resilier|resiliez [_] [_] abonnement a|aux|pour|de [_] [_] <mails>"},
    {"fr.opt_out.stop", opt_out,
     "veux|souhaite|voudrais|souhaiterais|demande|aimerais [_] [_] "
     "desabonner|desinscrire|desinscription|desabonnement"},
    {"fr.opt_out.stop", opt_out, "oppose|opposons [_] [_] reception|envoi|utilisation|prospection"},
    {"fr.opt_out.remove_me", opt_out,
     "etre|soit|sois|sommes|soyons "
     "retire|retiree|retires|supprime|supprimee|desinscrit|desinscrite|desabonne|desabonnee|enleve|"
     "raye|radie [_] [_] [_] <list>"},
    {"fr.opt_out.remove_me", opt_out,
     "pouvez|pourriez|veuillez|merci [vous] [de] me|nous "
     "retirer|supprimer|enlever|desabonner|desinscrire|rayer"},
    {"fr.opt_out.word", opt_out_word, "desabonn*|desinscri*|desinscrivez"},
    {"fr.opt_out.word", opt_out_word, "des abonner|inscrire"},
});

constexpr std::array commands = std::to_array<phrase>({
    {"fr.opt_out.command", command,
     "arret|arreter|arretez|retirer|retrait|supprimer|resilier|fin|stopper|assez"},
    {"fr.opt_out.command", command, "stop pub|mail|mails|mailing|sms"},
    {"fr.opt_out.command", command, "plus de|d <mails>"},
    {"fr.opt_out.command", command, "ca suffit"},
    {"fr.opt_out.command", command, "annuler l abonnement"},
    {"fr.courtesy", courtesy, "bonjour|merci|svp|stp|cordialement|madame|monsieur|de|salut|veuillez"
    },
    {"fr.courtesy", courtesy, "s il vous|te plait"},
    {"fr.first_person", first_person, "je|j|moi|mon|ma|mes|nous|notre|nos|m"},
    {"fr.negator", negator, "ne|n|pas|jamais|aucun|aucune|sans|rien|ni"},
    {"fr.closing", closing, "[bien] cordialement"},
    {"fr.closing", closing, "[bonne|belle] journee|bien|soiree"},
    {"fr.closing", closing, "salutations|amicalement|sinceres|sincerement"},
});

constexpr std::array guards = std::to_array<phrase>({
    {"fr.keep.negated", keep,
     "ne|n [_] me|m|nous [_] desabonn*|desinscri*|retirez|supprimez|enlevez|retirer [_] "
     "pas|surtout|jamais"},
    {"fr.keep.negated", keep, "ne|n|pas|jamais [_] [_] desabonn*|desinscri* pas|jamais"},
    {"fr.keep.negated", keep,
     "pas|jamais|ne [me|m|nous|_] desabonner|desinscrire|desabonne|desinscrit [_]"},
    {"fr.keep.negated", keep, "ne me|m|nous suis|sommes|etre pas desabonn*|desinscri*"},
    {"fr.keep.negated", keep, "suis pas desabonn*|desinscri*"},
    {"fr.keep.reporting", keep,
     "recois|recoit|recevons|recevez|recoivent|recu plus|pas|aucun|jamais [de|d|vos|les|_] [_] "
     "<mails>"},
    {"fr.keep.reporting", keep,
     "ne|n [_] envoie|envoient|arrive|arrivent plus|pas|aucun [_] [_] <mails>"},
    {"fr.keep.reporting", keep, "pourquoi [_] [_] ne [_] envoyez|contactez|ecrivez plus|pas"},
    {"fr.keep.reporting", keep, "avez|aviez pas envoye"},
    {"fr.keep.footer", keep,
     "si vous ne [_] souhaitez|voulez|desirez plus|pas recevoir [_] [_] [_] <mails>"},
    {"fr.keep.footer", keep, "pour vous|se desabonner|desinscrire"},
    {"fr.keep.product", keep,
     "lien|bouton|page|taux|formulaire|fonction de desabonnement|desinscription|desabonnements"},
    {"fr.keep.billing", keep,
     "me|m|nous desabonner|desinscrire|retirer|supprimer de|du|d [_] [_] "
     "equipe|projet|espace|forfait|plan|offre|compte|groupe"},
    {"fr.other_party", other_party, "mes|nos|les|un|des|aux|leurs|vos|chaque [_] <parties>"},
    {"fr.other_party", other_party, "campagne|campagnes|forfait|webhook|sequence|sequences|workflow"
    },
});

constexpr std::array negatives = std::to_array<phrase>({
    {"fr.negative.no_interest", negative,
     "pas|aucunement|plus|nullement [_] [_] "
     "interesse|interessee|interesses|interessees|interet|interessant",
     3},
    {"fr.negative.no_interest", negative, "aucun interet|besoin", 3},
    {"fr.negative.no_interest", negative, "m|nous interesse|interessent pas|plus", 3},
    {"fr.negative.no_interest", negative, "non merci", 3},
    {"fr.negative.no_interest", negative, "pas|plus besoin", 3},
    {"fr.negative.no_interest", negative, "pas pour nous|moi", 3},
    {"fr.negative.no_interest", negative, "n en veux|veut|voulons pas", 3},
    {"fr.negative.elsewhere", negative, "autre|autres solution|prestataire|fournisseur|outil", 3},
    {"fr.negative.elsewhere", negative, "deja resilie|annule|quitte", 3},
    {"fr.negative.leave_alone", negative,
     "laissez|laisse|foutez|fichez moi|nous [_] tranquille|tranquilles|paix", 3},
    {"fr.negative.leave_alone", negative, "ca suffit", 3},
    {"fr.negative.leave_alone", negative, "marre|ras", 3},
    {"fr.negative.threat", negative,
     "arnaque|arnaqueurs|escroquerie|escrocs|escroc|harcelement|plainte|cnil|avocat|vol|voleurs",
     3},
    {"fr.negative.threat", negative, "spam|spams", 3},
    {"fr.negative.threat", negative,
     "[etre] rembourse|remboursee|remboursez|remboursement immediatement|moi|immediat|svp|integral",
     3},
    {"fr.negative.threat", negative,
     "veux|exige|demande|voudrais|souhaite [_] [_] remboursement|rembourse|remboursee", 3},
    {"fr.blame", blame,
     "decu|decue|decus|decevant|decevante|deception|frustre|frustree|frustrant|enerve|enervee|"
     "enervant|agace|agacee|agacant|furieux|furieuse|colere|mecontent|mecontente|insatisfait|"
     "insatisfaite"},
    {"fr.blame", blame,
     "nul|nulle|nuls|horrible|affreux|catastrophe|catastrophique|inadmissible|inacceptable|honteux|"
     "honte|scandaleux|lamentable|inutile|inutilisable|pourri|merde|merdique|pire|deteste|ridicule|"
     "mediocre|minable|execrable"},
    {"fr.blame", blame, "perte de temps|d"},
    {"fr.blame", blame, "rien ne marche|fonctionne"},
    {"fr.blame", blame,
     "pas [_] [_] "
     "satisfait|satisfaite|satisfaits|content|contente|contents|convaincu|convaincus|bon|bien|"
     "utile|serieux"},
    {"fr.blame", blame, "trop|tres cher|chere|complique|compliquee|lent|lente|mauvais|mauvaise"},
    {"fr.blame", blame, "mauvais|mauvaise|cher|lent|bof", 1},
    {"fr.blame", blame, "mauvais|mauvaise service|experience|produit|qualite|support"},
    {"fr.unfelt", unfelt, "les|mes|dossier|filtre|anti [_] spam|spams"},
    {"fr.unfelt", unfelt, "dans [les|mes] spam|spams"},
    {"fr.unfelt", unfelt, "pas de|mal|grave|encore [probleme|souci]"},
    {"fr.unfelt", unfelt, "aucun probleme|souci|doute"},
    {"fr.unfelt", unfelt, "politique|conditions de remboursement"},
    {"fr.unfelt", unfelt, "serait [_] bien|super|genial|top|utile si|de|que"},
    {"fr.unfelt", unfelt, "merci d|par avance"},
    {"fr.unfelt", unfelt, "merci de"},
    {"fr.unfelt", unfelt, "bonne|bon journee|soiree|weekend|semaine|question|week"},
    {"fr.unfelt", unfelt, "pas sur|certain|certaine"},
});

constexpr std::array positives = std::to_array<phrase>({
    {"fr.positive.yes", positive, "oui [_] [volontiers|plaisir|merci|bien]"},
    {"fr.positive.yes", positive, "volontiers"},
    {"fr.positive.yes", positive, "avec [grand] plaisir"},
    {"fr.positive.yes", positive, "d accord", 1},
    {"fr.positive.yes", positive, "parlons|discutons|echangeons|appelez [en|moi|nous]"},
    {"fr.positive.yes", positive, "en dire|savoir plus"},
    {"fr.positive.yes", positive, "prendre|fixer|convenir [un|d] [un] rendez|rdv"},
    {"fr.positive.yes", positive, "hate de|d"},
    {"fr.positive.helped", positive,
     "[ca|cela|tout|m|a] [_] marche|fonctionne|aide "
     "[tres|parfaitement|bien|maintenant|nickel|beaucoup] "
     "maintenant|bien|beaucoup|nickel|parfaitement|enfin|super"},
    {"fr.positive.helped", positive, "m|nous a [bien|beaucoup|vraiment] aide|aidee|aides"},
    {"fr.praise", praise, "interesse|interessee|interesses|interessent|interessant|interessante"},
    {"fr.praise", praise,
     "parfait|parfaite|super|genial|geniale|excellent|excellente|bravo|magnifique|formidable|top|"
     "nickel|adore|adorons|impeccable|fantastique|ravi|ravie|chouette|felicitations"},
    {"fr.praise", praise,
     "tres|vraiment|bien "
     "content|contente|contents|satisfait|satisfaite|satisfaits|bien|bon|bonne|utile|pratique|"
     "heureux"},
    {"fr.praise", praise, "aime [beaucoup|bien]", 1},
    {"fr.praise", praise, "aime|aimons beaucoup|bien"},
    {"fr.praise", praise, "merci [_] beaucoup|infiniment|bien|mille"},
    {"fr.praise", praise, "mille|grand|un merci|mercis"},
    {"fr.praise", praise, "bien|bon|bonne|content", 1},
    {"fr.thanks", thanks, "merci|mercii", 1},
});

}  // namespace

language french() {
    return {{opt_outs, commands, guards, negatives, positives}, sets};
}

}  // namespace vf::mail
