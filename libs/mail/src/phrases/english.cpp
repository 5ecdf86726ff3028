#include <array>

#include "phrases.hpp"

namespace vf::mail {

namespace {

using enum phrase_kind;

constexpr std::array sets = std::to_array<word_set>({
    {"me", "me|us|myself|ourselves"},
    {"my", "my|our|this|these|the|all"},
    {"your", "your|ur|the|this|that|these|those|any|all|such"},
    {"mails",
     "email|emails|mail|mails|message|messages|newsletter|newsletters|mailing|mailings|"
     "spam|correspondence|communication|communications|notifications|updates|reminders|"
     "crap|junk|stuff|promotions|offers"},
    {"list",
     "list|lists|mailinglist|mailinglists|database|databases|newsletter|newsletters|"
     "mailing|mailings|email|emails|mail|mails|system|records|contacts|crm|distribution|"
     "messages|campaign|campaigns|sequence|service|updates|this|these|it|here"},
    {"take", "take|remove|delete|drop|strike|pull|get|scratch|erase|scrub|exclude|purge|leave"},
    {"want", "want|wanna|wish|like|need|prefer|ask|request|asking|requesting|trying|wanted"},
    {"not", "dont|not|never|didnt|wont|no"},
    {"unsub",
     "unsubscribe|unsub|unsubscribed|unsubscribing|unsubscibe|unsubcribe|unsuscribe|"
     "unsubscride|unscribe|unsubscirbe|desubscribe|deregister|unregister|unlist"},
    {"parties",
     "customer|customers|user|users|client|clients|subscriber|subscribers|contact|"
     "contacts|visitor|visitors|somebody|someone|anybody|anyone|recipient|recipients|"
     "people|lead|leads|prospect|prospects|member|members|reader|readers|they|he|she"},
    {"ours",
     "team|project|projects|workspace|account|organisation|organization|plan|admin|owner|"
     "group|board|channel|invoice|invoices|meeting|trial|subscription|billing|tier|"
     "calendar|company|role|chat|call|beta|waitlist|dashboard|page|file|import|export"},
});

constexpr std::array opt_outs = std::to_array<phrase>({
    {"en.opt_out.unsubscribe_me", opt_out, "<unsub> <me>"},
    {"en.opt_out.unsubscribe_me", opt_out, "<unsub> my|our|this [_] email|address|account|name"},
    {"en.opt_out.unsubscribe_me", opt_out,
     "i|we|id|ill|im [would] [_] <want> to [be] [please] <unsub>|removed|deleted"},
    {"en.opt_out.unsubscribe_me", opt_out, "how do|can|to|could i|we|one [please] <unsub>"},
    {"en.opt_out.unsubscribe_me", opt_out, "<unsub> link|button|page [_] [_] broken|fails|dead"},
    {"en.opt_out.unsubscribe_me", opt_out,
     "<unsub> link|button|page doesnt|didnt|isnt|cant|wont|not|never"},
    {"en.opt_out.remove_me", opt_out, "remove|delete|drop|exclude|unlist <me>"},
    {"en.opt_out.remove_me", opt_out, "<take> <me> [please] off|of|from|out"},
    {"en.opt_out.remove_me", opt_out,
     "<take> <my> [_] [_] address|addresses|email|emails|name|contact|details|info|data|number "
     "[please] off|from|out"},
    {"en.opt_out.remove_me", opt_out, "take my|our [_] [_] name|address|email|mail off"},
    {"en.opt_out.remove_me", opt_out, "lose|forget|remove|delete my|our [_] email|address|contact"},
    {"en.opt_out.remove_me", opt_out,
     "be|get|being|been removed|taken|deleted|unsubscribed|dropped|excluded [from|off|out] "
     "[of] [_] [_] <list>"},
    {"en.opt_out.remove_me", opt_out, "off|from your|this|ur [_] [_] list|lists|mailinglist"},
    {"en.opt_out.stop_mailing", opt_out,
     "stop|quit|cease|halt emailing|mailing|contacting|messaging|spamming|writing|texting|"
     "bombarding|pestering [to] <me>"},
    {"en.opt_out.stop_mailing", opt_out,
     "stop|quit|cease|halt sending [to] <me> [_] [_] [_] <mails>|this|these|things|anything"},
    {"en.opt_out.stop_mailing", opt_out, "stop|quit|cease sending <me>"},
    {"en.opt_out.stop_mailing", opt_out,
     "stop [with|all|sending] [all] these|those|your|ur [_] [_] <mails>"},
    {"en.opt_out.stop_mailing", opt_out, "stop with [all] [the|all] [_] <mails>"},
    {"en.opt_out.stop_mailing", opt_out,
     "i|we|id [would] [_] <want> [you] to stop [receiving|getting|sending]"},
    {"en.opt_out.do_not_mail", opt_out,
     "dont|not|never [ever] [_] email|mail|contact|message|write|text|spam|bother [to] <me>"},
    {"en.opt_out.do_not_mail", opt_out,
     "dont|not|never [ever] [_] send|forward [to] <me> [_] [_] [_] <mails>|anything"},
    {"en.opt_out.do_not_mail", opt_out,
     "dont|not|never send|email|mail|contact|write [_] [_] [_] again|anymore"},
    {"en.opt_out.no_more", opt_out, "no more|further|additional [_] <mails>"},
    {"en.opt_out.no_more", opt_out, "no <mails> anymore|please|any"},
    {"en.opt_out.not_want", opt_out,
     "<not> <want> [to] [receive|get|see|have|be|getting] [_] [_] [_] <mails>"},
    {"en.opt_out.not_want", opt_out,
     "<not> <want> [to] receive|get|see|have [_] [_] [_] of|from|anymore [you]"},
    {"en.opt_out.not_want", opt_out, "<not> <want> [to] hear|hearing [_] from you"},
    {"en.opt_out.not_want", opt_out, "not|never hear|be|get [contacted|emailed] from|by you"},
    {"en.opt_out.not_want", opt_out, "<not> <want> [to] be contacted|emailed|mailed|on"},
    {"en.opt_out.not_want", opt_out,
     "no longer <want>|interested [to] [in] [be|get] receive|receiving|hear|hearing|getting|"
     "contacted|emailed|get"},
    {"en.opt_out.not_want", opt_out, "no longer <want> [_] [_] [_] <mails>"},
    {"en.opt_out.not_want", opt_out,
     "i|we [_] dont|not|never|stop get|receive|see [any|_] [of] [these|your|_] [_] <mails> [_] [_] "
     "future|again|anymore"},
    {"en.opt_out.not_want", opt_out,
     "sure|ensure [that] i|we [_] [do] dont|not|never|stop get|receive|getting|receiving"},
    {"en.opt_out.not_want", opt_out, "cease and desist"},
    {"en.opt_out.not_want", opt_out,
     "cease|stop|end [all|any|your|these] [further|future|all|_] "
     "communication|communications|correspondence|mailings|contact"},
    {"en.opt_out.opt_out", opt_out, "opt <me> out"},
    {"en.opt_out.opt_out", opt_out, "i|we|id|ill [would] [_] <want> to opt out"},
    {"en.opt_out.word", opt_out_word,
     "dont|not|never send|forward|deliver|push [_] [_] [_] [_] <mails>"},
    {"en.opt_out.not_want", opt_out,
     "prefer|rather|like|want|wish [_] not [to] get|receive|see|have|be [_] [_] [_] <mails>"},
    {"en.opt_out.cancel_mailing", opt_out,
     "cancel|end|terminate|stop [my|our|the|this] [_] subscription|subscriptions to|from|of|for "
     "[_] [_] [_] newsletter|newsletters|email|emails|mail|mails|list|mailing|mailings|messages"},
    {"en.opt_out.cancel_mailing", opt_out, "cancel|end [my|our|the|this] [_] newsletter|mailing"},
    {"en.opt_out.never_joined", opt_out,
     "did|have|had not|never sign|signed|subscribe|subscribed|ask|asked|agree|agreed|opt|opted|"
     "request|requested [up|in] [to|for] [_] [_] [_] <mails>|list|this|it|these"},
    {"en.opt_out.never_joined", opt_out,
     "didnt|never|havent sign|signed|subscribe|subscribed|ask|asked|agree|agreed|opt|opted|"
     "request|requested [up|in] [to|for] [_] [_] [_] <mails>|list|this|it|these"},
    {"en.opt_out.unsubscribe_me", opt_out,
     "why dont|cant|wont|havent|didnt you [just] [_] <unsub>|remove|removed", 3},
    {"en.opt_out.word", opt_out_word, "<unsub>"},
    {"en.opt_out.word", opt_out_word, "opt|opting out"},
    {"en.opt_out.word", opt_out_word, "optout"},
    {"en.opt_out.word", opt_out_word, "stop|cease emailing|mailing|contacting|messaging"},
    {"en.opt_out.word", opt_out_word,
     "stop [sending] [_] [_] emails|mails|messages|newsletters|mailings"},
    {"en.opt_out.word", opt_out_word, "cancel|end all|these|those|your|the emails|mails|mailings"},
    {"en.opt_out.word", opt_out_word, "<take> off|from <your> [_] [_] <list>"},
});

constexpr std::array commands = std::to_array<phrase>({
    {"en.opt_out.command", command, "stop [stop] [stop] [it|this|now|all|mailing|emails|mails]", 3},
    {"en.opt_out.command", command, "stop all [of] [this|these|it]"},
    {"en.opt_out.command", command, "remove [now|email|emails|address|this]"},
    {"en.opt_out.command", command, "remove|delete [my|this] [email] address|email"},
    {"en.opt_out.command", command, "remove|delete from [_] list"},
    {"en.opt_out.command", command, "cancel [all] [emails|mails|email|mailing|newsletter|messages]"
    },
    {"en.opt_out.command", command, "end|quit|out|stopall"},
    {"en.opt_out.command", command, "opt me|us"},
    {"en.opt_out.command", command, "take me|us off|out"},
    {"en.opt_out.command", command, "no <mails>"},
    {"en.courtesy", courtesy,
     "please|pls|plz|thanks|thx|kindly|hi|hello|hey|dear|just|all|team|sir|madam|now|immediately|"
     "asap|regards|best|cheers|ok|yes|there"},
    {"en.courtesy", courtesy, "thank you"},
    {"en.courtesy", courtesy, "can|could|would you [please]"},
    {"en.courtesy", courtesy, "i want to"},
    {"en.first_person", first_person, "i|me|my|im|ive|id|we|us|our|mine"},
    {"en.negator", negator,
     "not|dont|doesnt|didnt|isnt|wasnt|arent|wont|cant|cannot|never|no|"
     "hardly|without|nothing|couldnt|wouldnt|havent|hasnt|neither|nor|aint"},
    {"en.closing", closing, "[best|kind|warm|with] [kind|warm|best] regards|wishes"},
    {"en.closing", closing, "best|cheers|sincerely|respectfully|greetings"},
    {"en.closing", closing, "[yours] sincerely|truly|faithfully"},
});

constexpr std::array guards = std::to_array<phrase>({
    {"en.keep.negated", keep, "dont|not|never|wont|cannot [you|ever|just|please|yet] [_] <unsub>"},
    {"en.keep.negated", keep, "dont|not|never|wont [_] remove|delete|drop|exclude|take|opt <me>"},
    {"en.keep.negated", keep, "dont|not|never stop [_] emailing|mailing|sending|contacting|writing"
    },
    {"en.keep.negated", keep, "i|we [_] never|not|havent|didnt [_] <unsub>"},
    {"en.keep.negated", keep, "i|we|im was|were|get|got|am|been not|never [_] <unsub>|removed"},
    {"en.keep.negated", keep, "not|never [get|be|been|getting] <unsub>|removed"},
    {"en.keep.negated", keep, "why did|was|were|have|has|am i|you|we [get|been] <unsub> <me>"},
    {"en.keep.mistake", keep, "accidentally|mistakenly|accident|mistake [_] [_] <unsub>"},
    {"en.keep.mistake", keep, "<unsub> [_] by mistake|accident|accidentally"},
    {"en.keep.mistake", keep, "accidentally|mistakenly <unsub>"},
    {"en.keep.other_sender", keep,
     "if|unless you [_] [_] dont|not|never|want|wish|prefer|like|to "
     "[_] [_] [_] <unsub>|receive|contacted|emails|opt"},
    {"en.keep.footer", keep, "if you no longer <want> to [_] receive|get|be"},
    {"en.keep.footer", keep,
     "to <unsub> [_] [_] [_] click|visit|send|reply|follow|use|go|http|https"},
    {"en.keep.footer", keep, "to opt out [_] [_] [_] [_] [_] click|visit|send|reply|follow|use|go"},
    {"en.keep.footer", keep, "click|tap [here|below|link] to <unsub>"},
    {"en.keep.footer", keep, "<unsub> http|https|from|or manage|preferences|update|view"},
    {"en.keep.product", keep,
     "<unsub> event|events|webhook|webhooks|rate|rates|header|headers|"
     "feature|flow|endpoint|api|status|reason|reasons|count|form"},
    {"en.keep.product", keep, "a|an|own|my|our|custom|add|adding [_] <unsub> link|button|page"},
    {"en.keep.product", keep,
     "a|an|own|my|our|custom|add|adding|include|insert [_] <unsub> "
     "link|button|page [_] [_] [_] broken|not|doesnt|isnt"},
    {"en.keep.product", keep, "the|one <unsub> link|button|page in|of|on our|my"},
    {"en.keep.billing", keep, "<unsub> [<me>] from [_] [_] <ours>|pro|premium|paid|business"},
    {"en.keep.billing", keep, "<take> <me> [_] off|from|out|as [of] [_] [_] <ours>"},
    {"en.keep.billing", keep, "i|we|id [would] [_] <want> to be removed [_] [_] [_] <ours>"},
    {"en.keep.reporting", keep,
     "get|receive|getting|receiving|got|received|see|are|sends|sent|"
     "had|have no more|further <mails>"},
    {"en.keep.reporting", keep, "no more|further <mails> arrive|arrived|come|came|left|arriving"},
    {"en.keep.reporting", keep, "you [_] dont|never|not email|contact|write|send <me>"},
    {"en.keep.reporting", keep, "why|if dont|didnt|not you [_] email|contact|write|message|mail"},
    {"en.keep.reporting", keep,
     "they|it|he|she|app|system|server|api|tool did|do|does|will not|never send|email|contact <me>"
    },
    {"en.keep.reporting", keep,
     "did|do|does|will not send|email <me> [_] [_] the|an|my invoice|receipt|code|link"},
    {"en.keep.reporting", keep,
     "i|we|you|they|it|he|she|that [did|do|does|will|could|can] "
     "not|dont|didnt|doesnt|wont|never|cannot|cant send|sends|forward"},
    {"en.keep.wish", keep, "dont|not want to miss|lose|stop|<unsub>"},
    {"en.keep.wish", keep, "dont|not want [_] [_] to be <unsub>|removed|deleted"},
    {"en.keep.wish", keep, "dont|not want [_] <parties> to [_] [_] [_] <mails>|removed|<unsub>"},
    {"en.other_party", other_party,
     "my|our|your|the|a|an|some|any|all|when|if|how|which|many|can|do|does|each|every <parties>"},
    {"en.other_party", other_party,
     "<parties> can|could|to|<unsub>|opt|who|that|do|may|should|must|is|are|were|have|has"},
    {"en.other_party", other_party,
     "sequence|sequences|drip|api|webhook|endpoint|workflow|automation"},
});

}  // namespace

language english() {
    return {{opt_outs, commands, guards}, sets};
}

}  // namespace vf::mail
