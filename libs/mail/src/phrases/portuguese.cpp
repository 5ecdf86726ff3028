#include <array>

#include "phrases.hpp"

namespace vf::mail {

namespace {

using enum phrase_kind;

constexpr std::array sets = std::to_array<word_set>({
    {"mails",
     "email|emails|mail|mails|mensagem|mensagens|newsletter|newsletters|spam|publicidade|"
     "propaganda|comunicacao|comunicacoes|boletim|boletins|informacoes|notificacoes|"
     "correspondencia|ofertas"},
    {"list",
     "lista|listas|base|newsletter|mailing|cadastro|distribuicao|dados|boletim|emails|contatos|"
     "contactos|sistema"},
    {"parties",
     "cliente|clientes|usuario|usuarios|utilizador|utilizadores|assinante|assinantes|contato|"
     "contatos|contactos|subscritores|destinatarios|membros|alguem"},
});

constexpr std::array opt_outs = std::to_array<phrase>({
    {"pt.opt_out.remove", opt_out,
     "me|nos "
     "descadastre|descadastrar|descadastrem|descadastro|descadastra|desinscreva|desinscrever|"
     "remova|remover|removam|retire|retirem|retirar|tira|tire|tirem|tirar|exclua|excluir|excluam|"
     "apague|desinscrevam"},
    {"pt.opt_out.remove", opt_out,
     "descadastre|remova|removam|retire|retirem|tire|tirem|exclua|excluam|tira me|nos"},
    {"pt.opt_out.remove", opt_out,
     "remova|remover|removam|retire|retirar|retirem|exclua|excluir|apague|apagar|apaguem|tire|"
     "tirar|tirem|eliminar|eliminem [_] meu|minha|nosso|este [_] "
     "email|endereco|mail|nome|contato|contacto"},
    {"pt.opt_out.remove", opt_out,
     "remover|sair|remova|retirar|tirar|retire|excluir [_] da|desta|dessa|de [_] [_] <list>"},
    {"pt.opt_out.cancel", opt_out,
     "cancelar|cancele|cancelem|anular|anule [a|minha|esta|o|meu] "
     "inscricao|subscricao|assinatura|cadastro|recebimento [da|do|de|na|a] [_] <mails>|lista"},
    {"pt.opt_out.cancel", opt_out,
     "quero|gostaria|desejo|queria|preciso [de] [me|_] "
     "cancelar|descadastrar|sair|desinscrever|desinscrito|removido|removida|retirado "
     "[a|da|minha|do|desta] [_] [inscricao|subscricao|lista|newsletter|mailing]"},
    {"pt.opt_out.no_more", opt_out,
     "nao [_] quero|desejo|queremos|desejamos|gostaria [mais|de] receber|continuar|recebendo|ser"},
    {"pt.opt_out.no_more", opt_out, "nao [_] quero|desejo|queremos [mais] [_] [_] <mails>"},
    {"pt.opt_out.no_more", opt_out,
     "nao me|nos [_] "
     "envie|envia|enviem|mande|manda|mandem|mandes|envies|escreva|escrevam|contate|contatem|"
     "contacte|contactem|incomodem [mais|_] [mais|emails|mensagens|nada]"},
    {"pt.opt_out.no_more", opt_out,
     "nao envie|enviem|mande|mandem|enviar [me|nos|mais] [mais] <mails>"},
    {"pt.opt_out.no_more", opt_out, "chega|basta de <mails>"},
    {"pt.opt_out.no_more", opt_out, "nenhum|sem mais <mails>"},
    {"pt.opt_out.stop", opt_out,
     "pare|parem|para|parar|deixem|deixe|cessem de|com [me|nos|os|esses|estes|_] "
     "enviar|mandar|escrever|contactar|contatar|emails|mensagens|incomodar"},
    {"pt.opt_out.stop", opt_out,
     "como [faco|posso|e] [_] [que] [me] descadastrar|descadastro|desinscrever"},
    {"pt.opt_out.cancel", opt_out,
     "cancelar|cancele|cancelem|cancela|anular|anulem [a|o] [minha|meu|esta|este] "
     "inscricao|subscricao|assinatura|recebimento|cadastro em|na|da|do|de|a [_] <mails>|lista"},
    {"pt.opt_out.no_more", opt_out,
     "nao [_] voltem|volte|voltar a escrever|contactar|contatar|enviar|mandar"},
    {"pt.opt_out.remove", opt_out,
     "ser removido|removida|retirado|retirada|excluido|descadastrado|descadastrada [_] [_] [_] "
     "<list>"},
    {"pt.opt_out.word", opt_out_word, "descadastr*|desinscri*|desinscrev*"},
    {"pt.opt_out.word", opt_out_word, "cancelar [a] inscricao|subscricao"},
});

constexpr std::array commands = std::to_array<phrase>({
    {"pt.opt_out.command", command,
     "sair|parar|cancelar|remover|descadastro|pare|chega|excluir|retirar|cancele"},
    {"pt.opt_out.command", command, "cancelar [a|minha] inscricao|subscricao|assinatura|cadastro"},
    {"pt.courtesy", courtesy,
     "por|favor|obrigado|obrigada|ola|oi|bom|dia|boa|tarde|atenciosamente|agradeco|pf"},
    {"pt.first_person", first_person, "eu|me|meu|minha|nos|nosso|nossa|quero|desejo"},
    {"pt.negator", negator, "nao|nunca|jamais|nem|sem|nenhum|nenhuma|nada"},
    {"pt.closing", closing, "atenciosamente|abracos|abraco|att|cumprimentos"},
    {"pt.closing", closing, "[com|os] [melhores] cumprimentos"},
});

constexpr std::array guards = std::to_array<phrase>({
    {"pt.keep.negated", keep,
     "nao [_] me|nos descadastrem|descadastre|remova|removam|retirem|excluam|tirem"},
    {"pt.keep.negated", keep, "nao [_] quero [_] [me] descadastrar|descadastrado|sair|cancelar"},
    {"pt.keep.reporting", keep,
     "nao [_] [_] recebo|recebemos|recebem|chegam|recebi [_] [_] [_] <mails>"},
    {"pt.keep.footer", keep,
     "se|caso [voce] nao [_] deseja|quiser|deseje|quer [mais] receber [_] [_] [_] <mails>"},
    {"pt.keep.footer", keep, "para se|cancelar descadastrar|inscricao|a [inscricao]"},
    {"pt.keep.product", keep,
     "link|botao|pagina|taxa|formulario de [cancelamento|descadastro|descadastramento]"},
    {"pt.keep.billing", keep,
     "cancelar|cancele [a|minha|o|meu] [_] assinatura|plano|subscricao [do|da] [plano] "
     "pro|premium|anual|mensal|plano"},
    {"pt.other_party", other_party, "meus|os|seus|nossos|um|uma|do|meu|cada|dos <parties>"},
    {"pt.other_party", other_party, "webhook|sequencia|plano"},
});

constexpr std::array negatives = std::to_array<phrase>({
    {"pt.negative.no_interest", negative,
     "nao [_] [_] interessa|interesse|interessado|interessada|interessados|interessam", 3},
    {"pt.negative.no_interest", negative, "sem|nenhum interesse", 3},
    {"pt.negative.no_interest", negative, "nao obrigado|obrigada", 3},
    {"pt.negative.no_interest", negative, "nao [_] preciso|precisamos|serve", 3},
    {"pt.negative.elsewhere", negative, "outro|outra fornecedor|solucao|ferramenta|empresa", 3},
    {"pt.negative.leave_alone", negative, "deixem|deixe me|nos em paz", 3},
    {"pt.negative.leave_alone", negative, "me|nos deixem|deixe em paz", 3},
    {"pt.negative.leave_alone", negative, "em paz", 3},
    {"pt.negative.threat", negative,
     "golpe|fraude|burla|denunciar|denuncia|procon|advogado|assedio|roubo|enganado", 3},
    {"pt.negative.threat", negative, "spam", 3},
    {"pt.negative.threat", negative, "[meu|o] dinheiro de volta", 3},
    {"pt.negative.threat", negative,
     "quero|exijo|solicito [_] [_] [_] reembolso|estorno|devolucao|dinheiro", 3},
    {"pt.blame", blame,
     "decepcionado|decepcionada|decepcionante|decepcao|desapontado|desapontada|desiludido|"
     "frustrado|frustrada|frustrante|irritado|irritada|chateado|chateada|insatisfeito|insatisfeita|"
     "farto|cansado"},
    {"pt.blame", blame,
     "pessimo|pessima|terrivel|horrivel|vergonha|vergonhoso|inaceitavel|inutil|lixo|merda|pior|"
     "odeio|desastre|ridiculo|lamentavel|porcaria|absurdo"},
    {"pt.blame", blame, "perda de tempo|dinheiro"},
    {"pt.blame", blame, "nada funciona"},
    {"pt.blame", blame, "nao [_] [_] satisfeito|satisfeita|contente|gostei|gosto|convenceu"},
    {"pt.blame", blame, "muito|demasiado|tao caro|cara|ruim|mau|ma|lento|complicado"},
    {"pt.blame", blame, "ruim|caro|lento|mal", 1},
    {"pt.blame", blame, "mau|ma|ruim|pouco servico|atendimento|experiencia|produto|qualidade"},
    {"pt.blame", blame, "atendimento|experiencia ruim|mau|ma"},
    {"pt.unfelt", unfelt, "caixa|pasta|filtro|no|na de|o [spam] spam"},
    {"pt.unfelt", unfelt, "pasta|caixa|filtro|no [de] spam"},
    {"pt.unfelt", unfelt, "sem|nenhum problema|problemas|duvida"},
    {"pt.unfelt", unfelt, "politica de reembolso"},
    {"pt.unfelt", unfelt, "seria [_] otimo|bom|perfeito|legal se"},
    {"pt.unfelt", unfelt, "bom|boa|bons dia|tarde|noite|semana"},
    {"pt.unfelt", unfelt, "obrigado|obrigada desde ja"},
});

constexpr std::array positives = std::to_array<phrase>({
    {"pt.positive.yes", positive, "sim [por|claro|obrigado] [favor]"},
    {"pt.positive.yes", positive, "claro|combinado|vamos"},
    {"pt.positive.yes", positive, "com certeza|prazer"},
    {"pt.positive.yes", positive, "podemos [_] conversar|falar|marcar|agendar"},
    {"pt.positive.yes", positive, "mais informacoes|detalhes"},
    {"pt.positive.yes", positive, "agendar|marcar uma|um [_]"},
    {"pt.positive.interest", positive, "tenho|temos|tem [_] interesse"},
    {"pt.positive.helped", positive, "ajudou [muito|bastante|me]"},
    {"pt.positive.helped", positive, "funcionou|funciona [agora|perfeitamente|muito|bem]"},
    {"pt.praise", praise, "me interessa|interessou"},
    {"pt.praise", praise, "interessado|interessada|interessados|interessante"},
    {"pt.praise", praise,
     "adorei|adoro|adoramos|amei|otimo|otima|excelente|perfeito|perfeita|maravilhoso|maravilhosa|"
     "fantastico|fantastica|incrivel|parabens|sensacional|espetacular"},
    {"pt.praise", praise,
     "muito|bem|super bom|boa|obrigado|obrigada|satisfeito|satisfeita|feliz|util|legal|contente"},
    {"pt.praise", praise, "gostei|gostamos|gosto [muito]"},
    {"pt.praise", praise, "parece|soa [muito] bom|otimo|bem|interessante"},
    {"pt.praise", praise, "bom|boa|legal", 1},
    {"pt.thanks", thanks, "obrigado|obrigada|valeu|agradeco|obg", 1},
});

}  // namespace

language portuguese() {
    return {{opt_outs, commands, guards, negatives, positives}, sets};
}

}  // namespace vf::mail
