#include <array>

#include "phrases.hpp"

namespace vf::mail {

namespace {

using enum phrase_kind;

constexpr std::array sets = std::to_array<word_set>({
    {"mails",
     "correo|correos|email|emails|mail|mails|mensaje|mensajes|boletin|boletines|newsletter|"
     "newsletters|publicidad|spam|comunicaciones|comunicacion|informacion|info|notificaciones|"
     "ofertas|promociones"},
    {"list",
     "lista|listas|base|boletin|newsletter|correo|correos|distribucion|datos|suscripcion|envios|"
     "sistema|mailing"},
    {"no_more", "mas|ningun|ninguna|nunca"},
    {"parties",
     "cliente|clientes|usuario|usuarios|suscriptor|suscriptores|contacto|contactos|destinatarios|"
     "lectores|alguien|miembros|empleado|empleados"},
});

constexpr std::array opt_outs = std::to_array<phrase>({
    {"es.opt_out.baja", opt_out, "darme|darnos|denme|deme|dame|dennos|danos|dadme|darte de baja"},
    {"es.opt_out.baja", opt_out, "dar|den|dad|de|da|dais|den|doy|damos|dan me|nos [_] de baja"},
    {"es.opt_out.baja", opt_out,
     "me|nos den|dar|doy|damos|dan|des|dieran|dé|diera|de|da|puedo|puede|pueden [dar] de baja"},
    {"es.opt_out.baja", opt_out,
     "quiero|quisiera|deseo|solicito|pido|queremos|necesito|favor [_] [_] baja"},
    {"es.opt_out.baja", opt_out, "de baja mi correo|email|direccion|cuenta"},
    {"es.opt_out.remove", opt_out,
     "eliminenme|elimineme|eliminame|eliminadme|eliminarme|borrenme|borreme|borrame|borrarme|"
     "borradme|quitenme|quiteme|quitame|quitarme|quitadme|saquenme|saqueme|sacame|sacarme|"
     "remuevanme|remuevame|retirenme|retireme|retirarme|excluyanme|desuscribirme|desuscribanme|"
     "desuscribeme|desuscribame|desinscribirme|desapuntarme|desapuntame"},
    {"es.opt_out.remove", opt_out,
     "eliminar|eliminen|elimine|elimina|borren|borre|borrar|borra|quiten|quite|quitar|quita|saquen|"
     "saque|sacar|remover|remuevan|retiren|retirar [_] mi|nuestro|nuestra|este|esta [_] "
     "correo|email|mail|direccion|nombre|contacto"},
    {"es.opt_out.remove", opt_out,
     "eliminar|quitar|borrar|sacar|cancelar [me|mi|nos] [_] de|del|al [la|su|tu|esta|vuestra|sus] "
     "[_] lista|listas|boletin|newsletter|mailing"},
    {"es.opt_out.remove", opt_out,
     "cancelar|cancelen|cancela|cancele|anular|anulen [mi|la|esta|nuestra] suscripcion a|al|del|de "
     "[_] [_] <mails>|lista"},
    {"es.opt_out.no_more", opt_out,
     "no [_] quiero|deseo|queremos|deseamos|quisiera|necesito [_] [seguir|que] "
     "recibir|recibiendo|me|nos"},
    {"es.opt_out.no_more", opt_out, "no [_] quiero|deseo|queremos|deseamos [_] mas [_] <mails>"},
    {"es.opt_out.no_more", opt_out, "dejar|parar de recibir"},
    {"es.opt_out.no_more", opt_out,
     "no me|nos [_] "
     "envien|envie|envies|enviad|envieis|manden|mande|mandes|mandeis|escriban|escribas|escriba|"
     "contacten|contactes|contacte|molesten|molestes [_] [_] mas|correos|emails|mails|mensajes|nada"
    },
    {"es.opt_out.no_more", opt_out,
     "no envien|envie|envies|enviar|manden|mandar|mandes [me|nos] mas"},
    {"es.opt_out.no_more", opt_out, "no me|nos escriban|contacten|escribas|contactes"},
    {"es.opt_out.no_more", opt_out, "no|ni mas|un [mas] <mails>"},
    {"es.opt_out.no_more", opt_out, "basta de|con [_] <mails>|enviarme"},
    {"es.opt_out.stop", opt_out,
     "dejen|dejad|deja|deje|paren|para|pare|parad|cesen|detengan de "
     "enviarme|mandarme|escribirme|contactarme|enviarnos|mandarnos|enviar|mandar|molestarme|"
     "escribirnos"},
    {"es.opt_out.no_more", opt_out,
     "no [_] volver|vuelvan|vuelva|vuelvas a escrib*|contact*|envi*|mand*|molest*"},
    {"es.opt_out.no_more", opt_out, "no escribirme|contactarme|enviarme|mandarme|molestarme"},
    {"es.opt_out.remove", opt_out,
     "ser eliminado|eliminada|borrado|removido|retirado|excluido [_] [_] [_] <list>"},
    {"es.opt_out.word", opt_out_word, "de baja"},
    {"es.opt_out.word", opt_out_word, "desuscri*|desinscri*|desapuntar|dessuscribir"},
    {"es.opt_out.word", opt_out_word, "cancelar suscripcion"},
});

constexpr std::array commands = std::to_array<phrase>({
    {"es.opt_out.command", command,
     "baja|bajas|parar|cancelar|eliminar|borrar|remover|alto|basta|salir|fin"},
    {"es.opt_out.command", command, "dar de baja"},
    {"es.opt_out.command", command, "no mas [<mails>]"},
    {"es.opt_out.command", command, "cancelar [la|mi] suscripcion"},
    {"es.courtesy", courtesy,
     "favor|por|gracias|hola|buenos|buenas|dias|tardes|saludos|estimados|ya|muchas|porfa|porfavor"},
    {"es.first_person", first_person,
     "yo|me|mi|mis|nos|nuestro|nuestra|nosotros|quiero|deseo|conmigo"},
    {"es.negator", negator, "no|nunca|jamas|ningun|ninguna|sin|tampoco|nada|ni"},
    {"es.closing", closing, "[un|cordiales|muchos] [cordial] saludo|saludos [cordiales]"},
    {"es.closing", closing, "atentamente|atte"},
});

constexpr std::array guards = std::to_array<phrase>({
    {"es.keep.negated", keep, "no me|nos den|des|de|deis|dan|dieron|borren|eliminen|quiten [_] baja"
    },
    {"es.keep.negated", keep,
     "no [_] quiero|quisiera|deseo [_] darme|que|dar|darnos [me] [den|des] de baja"},
    {"es.keep.negated", keep, "no [me|nos] [_] eliminen|elimine|borren|borre|quiten|saquen"},
    {"es.keep.reporting", keep,
     "no [_] recibo|recibimos|reciben|llegan|llega|recibi [_] [_] <mails>"},
    {"es.keep.reporting", keep, "por|porque que no me|nos escriben|contactan|envian"},
    {"es.keep.footer", keep,
     "si no desea|deseas|quiere|quieres|desean [_] [_] recibir [_] [_] [_] <mails>"},
    {"es.keep.footer", keep, "para darse|darte|cancelar [_] baja|suscripcion"},
    {"es.keep.product", keep,
     "enlace|link|boton|pagina|tasa|formulario|opcion de|para [dar|darse] [de] baja"},
    {"es.keep.product", keep, "doy|dar|damos|dan|da de baja a|al|un|una|el|la|los|las"},
    {"es.keep.billing", keep,
     "cancelar [mi|la|nuestra] suscripcion [al|del|de] [plan] [pro|premium|anual|mensual] "
     "plan|pro|premium"},
    {"es.keep.billing", keep, "de baja [mi|el|la] [_] plan|empleado|usuario|tarjeta|dominio"},
    {"es.other_party", other_party, "mis|los|sus|nuestros|un|el|a|como|mi|tus|cada <parties>"},
    {"es.other_party", other_party, "webhook|secuencia|secuencias|plan"},
});

constexpr std::array negatives = std::to_array<phrase>({
    {"es.negative.no_interest", negative,
     "no [_] [_] interesa|interesan|interesado|interesada|interesados|interes", 3},
    {"es.negative.no_interest", negative, "sin|ningun interes", 3},
    {"es.negative.no_interest", negative, "no gracias", 3},
    {"es.negative.no_interest", negative, "no [lo|la|los] necesito|necesitamos", 3},
    {"es.negative.no_interest", negative, "no es para mi|nosotros", 3},
    {"es.negative.elsewhere", negative, "otro|otra|otros proveedor|herramienta|solucion|empresa", 3
    },
    {"es.negative.elsewhere", negative, "ya cancele|cancelamos", 3},
    {"es.negative.leave_alone", negative,
     "dejenme|dejame|dejeme|dejadme|dejennos en|tranquilo|tranquila|paz", 3},
    {"es.negative.leave_alone", negative, "en paz", 3},
    {"es.negative.leave_alone", negative, "dejen|paren de molestar", 3},
    {"es.negative.threat", negative,
     "estafa|estafadores|estafado|fraude|denuncia|denunciar|denunciare|abogado|acoso|robo|ladrones",
     3},
    {"es.negative.threat", negative, "spam", 3},
    {"es.negative.threat", negative,
     "devuelvan|devuelva|devuelvanme|devolucion|reembolso|reembolsen [_] [_] "
     "dinero|inmediato|inmediatamente",
     3},
    {"es.negative.threat", negative,
     "quiero|exijo|solicito|pido [_] [_] [_] devuelvan|devolucion|reembolso|dinero", 3},
    {"es.blame", blame,
     "decepcionado|decepcionada|decepcionante|decepcion|decepcionados|frustrado|frustrada|"
     "frustrante|molesto|molesta|enojado|enojada|enfadado|enfadada|furioso|indignado|insatisfecho|"
     "harto|harta|hartos"},
    {"es.blame", blame,
     "pesimo|pesima|terrible|horrible|verguenza|vergonzoso|inaceptable|inutil|basura|mierda|asco|"
     "peor|odio|desastre|ridiculo|nefasto|fatal|lamentable|malisimo|malisima|engano|inservible"},
    {"es.blame", blame, "perdida de tiempo|dinero"},
    {"es.blame", blame, "nada funciona"},
    {"es.blame", blame,
     "no [_] [_] "
     "satisfecho|satisfecha|satisfechos|contento|contenta|contentos|convence|convencido|gusta|"
     "gusto|funciona|sirve|sirvio nada"},
    {"es.blame", blame,
     "no [_] [_] "
     "satisfecho|satisfecha|satisfechos|contento|contenta|contentos|convence|convencido|gusta|gusto"
    },
    {"es.blame", blame, "muy|demasiado|tan caro|cara|malo|mala|mal|lento|lenta|complicado"},
    {"es.blame", blame, "malo|mala|mal|caro|lento", 1},
    {"es.blame", blame, "mal|mala|malo|pobre servicio|experiencia|atencion|producto|calidad|soporte"
    },
    {"es.unfelt", unfelt, "carpeta|bandeja|filtro|a|en de|la|el|al [carpeta] [de] spam"},
    {"es.unfelt", unfelt, "carpeta|bandeja|filtro de|anti spam"},
    {"es.unfelt", unfelt, "ningun|sin|no hay problema|problemas|duda"},
    {"es.unfelt", unfelt, "no esta|estoy mal|seguro|segura"},
    {"es.unfelt", unfelt, "politica de reembolso|devolucion|reembolsos|devoluciones"},
    {"es.unfelt", unfelt, "seria genial|bueno|estupendo|perfecto|util si|que"},
    {"es.unfelt", unfelt, "gracias de antemano"},
    {"es.unfelt", unfelt, "buen|buena|buenos|buenas dia|tarde|dias|tardes|noches|semana|pregunta"},
});

constexpr std::array positives = std::to_array<phrase>({
    {"es.positive.yes", positive, "si [por|claro|gracias|_] favor|claro|gracias|supuesto"},
    {"es.positive.yes", positive, "claro|encantado|encantada|adelante"},
    {"es.positive.yes", positive, "por supuesto"},
    {"es.positive.yes", positive, "cuentame|cuenteme|cuentenme|digame mas"},
    {"es.positive.yes", positive, "hablamos|hablemos|conversemos|agendemos|agendamos|quedamos"},
    {"es.positive.yes", positive, "mas informacion|detalles|info"},
    {"es.positive.yes", positive, "con [mucho] gusto"},
    {"es.positive.helped", positive,
     "me|nos ha|han|sirvio|ayudo|sirve|ayuda [servido|ayudado] [mucho|bastante]"},
    {"es.positive.helped", positive, "ya|ahora funciona|funciono|esta|si [bien|resuelto|funciona]"},
    {"es.positive.helped", positive, "funciona perfecto|perfectamente|genial|bien|muy"},
    {"es.praise", praise,
     "me|nos interesa|interesan|interesaria|encanta|encantan|gusta|gusto|encanto|gustaria|sirvio"},
    {"es.praise", praise, "interesado|interesada|interesados|interesante"},
    {"es.praise", praise,
     "genial|perfecto|perfecta|excelente|estupendo|estupenda|fantastico|fantastica|increible|"
     "maravilloso|maravilla|fenomenal|buenisimo|buenisima|felicidades|felicitaciones|impresionante"
    },
    {"es.praise", praise,
     "muy|bastante|super|tan "
     "contento|contenta|contentos|satisfecho|satisfecha|satisfechos|util|bueno|buena|bien|amable|"
     "feliz"},
    {"es.praise", praise, "muchas|mil|muchisimas gracias"},
    {"es.praise", praise, "suena|parece|pinta|se [muy] bien|genial|interesante|perfecto|bueno"},
    {"es.praise", praise, "buen|buena trabajo|producto|herramienta|idea"},
    {"es.praise", praise, "bien|bueno|buena", 1},
    {"es.thanks", thanks, "gracias", 1},
});

}  // namespace

language spanish() {
    return {{opt_outs, commands, guards, negatives, positives}, sets};
}

}  // namespace vf::mail
