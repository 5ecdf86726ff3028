#include <array>

#include "phrases.hpp"

namespace vf::mail {

namespace {

using enum phrase_kind;

constexpr std::array sets = std::to_array<word_set>({
    {"me", "me|us|myself|ourselves"},
});

constexpr std::array negatives = std::to_array<phrase>({
    {"en.negative.no_interest", negative,
     "not|never|no|dont|isnt|arent [_] [_] interested|interest", 3},
    {"en.negative.no_interest", negative, "uninterested", 3},
    {"en.negative.no_interest", negative, "no thanks", 3},
    {"en.negative.no_interest", negative, "no thank you", 3},
    {"en.negative.no_interest", negative, "no need|use for", 3},
    {"en.negative.no_interest", negative, "[do] not|dont need|want this|it|that|anything|your", 3},
    {"en.negative.no_interest", negative, "no longer need|require|using|use|want|interested", 3},
    {"en.negative.no_interest", negative, "not [a|the] [good|right|great|_] fit|match", 3},
    {"en.negative.no_interest", negative, "not for us|me", 3},
    {"en.negative.no_interest", negative,
     "not going|planning to buy|purchase|upgrade|renew|continue|subscribe", 3},
    {"en.negative.no_interest", negative,
     "wont|will be|not buy|buying|purchase|renewing|renew|upgrade|upgrading", 3},
    {"en.negative.no_interest", negative, "pass on this|it|that", 3},
    {"en.negative.no_interest", negative, "ill|well|we|i [will] pass", 3},
    {"en.negative.no_interest", negative, "nope|nah", 3},
    {"en.negative.no_interest", negative, "rather not", 3},
    {"en.negative.no_interest", negative,
     "not|doesnt|dont|didnt [really|quite] meet|suit|match|cover|fulfil|fit [_] [_] "
     "needs|requirements|expectations",
     3},
    {"en.negative.no_interest", negative,
     "wont|not be|going [_] continuing|renewing|proceeding|upgrading|continue|proceed|moving "
     "[forward]",
     3},
    {"en.negative.leave_alone", negative,
     "dont|not|never call|ring|phone|bother|pester|disturb me|us|again|here", 3},
    {"en.negative.elsewhere", negative,
     "[go|went|going|chose|choose|gone] [_] [_] [with] another|different|other "
     "vendor|provider|direction|tool|solution|product|company",
     3},
    {"en.negative.elsewhere", negative, "[went|going|gone] with [a|your] competitor", 3},
    {"en.negative.elsewhere", negative,
     "leaving|switching|switched|moving|moved|left|leave [_] for|to [a|your|another] competitor",
     3},
    {"en.negative.elsewhere", negative, "already|have [_] cancelled|cancele*|left|switched", 3},
    {"en.negative.elsewhere", negative, "were|we|im|i out of here", 3},
    {"en.negative.leave_alone", negative, "leave <me> alone", 3},
    {"en.negative.leave_alone", negative, "please stop|quit", 3},
    {"en.negative.leave_alone", negative,
     "stop wasting|bothering|pushing|harassing|pestering|calling", 3},
    {"en.negative.leave_alone", negative, "go away", 3},
    {"en.negative.leave_alone", negative, "get lost", 3},
    {"en.negative.leave_alone", negative, "never again", 3},
    {"en.negative.leave_alone", negative, "enough [is|already|of] [enough|this]", 2},
    {"en.negative.leave_alone", negative, "too many|much emails|mails|messages", 3},
    {"en.negative.threat", negative, "reporting|report|reported you|this|your", 3},
    {"en.negative.threat", negative, "this|its|that is|was spam|scam", 3},
    {"en.negative.threat", negative, "spam|spammer|spammers|spamming|scam|scammer|scammers|fraud", 3
    },
    {"en.negative.threat", negative, "ripoff|phishing|harassment|harassing|lawyer|attorney|gdpr", 3
    },
    {"en.negative.threat", negative, "chargeback|chargebacks", 3},
    {"en.negative.threat", negative, "charge back", 3},
    {"en.negative.threat", negative, "my|our money back", 3},
    {"en.negative.threat", negative, "want|demand|need|expect|like a|my|our [full] refund", 3},
    {"en.negative.threat", negative, "refund <me>|my", 3},
    {"en.negative.threat", negative, "who gave you my|our", 3},
    {"en.negative.threat", negative, "where|how did you get|find my|our", 3},
});

constexpr std::array blames = std::to_array<phrase>({
    {"en.blame", blame, "waste of [my|our] time|money", 3},
    {"en.blame", blame, "wasting|wasted my|our|your time|money", 3},
    {"en.blame", blame, "terrible|awful|horrible|horrendous|atrocious|dreadful|abysmal|pathetic", 2
    },
    {"en.blame", blame,
     "worst|hate|hated|hates|useless|worthless|garbage|trash|rubbish|crappy|junk", 2},
    {"en.blame", blame,
     "disappointed|disappointing|disappointment|frustrated|frustrating|frustration", 2},
    {"en.blame", blame, "annoyed|annoying|annoys|angry|furious|fuming|outraged|appalled|appalling",
     2},
    {"en.blame", blame,
     "unacceptable|ridiculous|disgusting|disgusted|outrageous|disgraceful|shame|shameful|laughable",
     2},
    {"en.blame", blame,
     "unhappy|dissatisfied|unsatisfied|upset|unimpressed|underwhelming|underwhelmed", 2},
    {"en.blame", blame,
     "unusable|unprofessional|incompetent|misleading|dishonest|overpriced|unreliable", 2},
    {"en.blame", blame,
     "sucks|suck|sucked|shit|bullshit|fuck|fucking|fucked|wtf|crap|damn|stupid|idiots|idiot|"
     "moronic|lousy|nightmare|joke",
     2},
    {"en.blame", blame, "regret|regretting|regrets", 2},
    {"en.blame", blame, "fed up", 2},
    {"en.blame", blame, "sick of|and", 2},
    {"en.blame", blame, "tired of", 2},
    {"en.blame", blame, "lost patience|trust|faith", 2},
    {"en.blame", blame, "too|way|very|so expensive|complicated|slow|buggy|pricey", 2},
    {"en.blame", blame, "nothing|nobody|none works|helps|answers|cares", 2},
    {"en.blame", blame, "never answers|answered|replies|replied|works|worked|helps", 2},
    {"en.blame", blame, "let|letting <me> down", 2},
    {"en.blame", blame, "bad|poor|poorly|slow|broken|buggy|confusing|pointless|expensive", 1},
    {"en.blame", blame, "very|so|really|extremely bad|poor|confusing", 2},
    {"en.blame", blame, "[did] not|didnt|doesnt|dont help|helps|like|enjoy", 2},
    {"en.blame", blame,
     "not [_] [_] happy|satisfied|impressed|pleased|good|great|helpful|useful|worth", 2},
    {"en.blame", blame, "never been [so|this|more] [_] disappointed|let|frustrated|angry"},
    {"en.blame", blame, "let down"},
    {"en.blame", blame,
     "letdown|bs|unbelievable|inexcusable|shocking|shambles|subpar|mediocre|infuriating"},
    {"en.blame", blame,
     "nobody|none|no [one] [_] answered|replied|answers|replies|responded|responds|helped|cares"},
    {"en.blame", blame, "crashes|crashing|crashed|fails|breaks|hangs", 1},
    {"en.blame", blame, "im|we|were done", 1},
    {"en.blame", blame,
     "bad|poor|horrid|lousy|shoddy "
     "service|support|experience|product|quality|job|software|communication"},
    {"en.blame", blame, "ashamed|disgrace|disgusted|pathetic"},
    {"en.blame", blame, "rip off"},
    {"en.blame", blame, "dont|stop|not waste|wasting my|our|your [_] time|money"},
    {"en.negative.no_interest", negative, "absolutely|definitely|certainly|really|of [course] not",
     3},
    {"en.negative.no_interest", negative,
     "decided|chose|choose|choosing|deciding|opted [_] not|against "
     "to|it|this|your|using|moving|going|buying",
     3},
    {"en.unfelt", unfelt, "spam|junk folder|folders|filter|filters|box|score|check|protection|trap",
     2},
    {"en.unfelt", unfelt, "[in|to|into] [my|our|the|your] spam|junk [folder|filter]", 2},
    {"en.unfelt", unfelt, "[as|is|marked|flagged] [as] spam filter|by", 2},
    {"en.unfelt", unfelt, "refund policy|policies|request|period|button", 2},
    {"en.unfelt", unfelt, "no problem|problems|complaint|complaints|worries|issue|issues|doubt", 2},
    {"en.unfelt", unfelt, "not [too|so|half|that] bad|terrible", 2},
    {"en.unfelt", unfelt, "hate to [_] bother|ask|be|say", 2},
    {"en.unfelt", unfelt, "not sure|now|yet", 2},
    {"en.unfelt", unfelt, "[would|it|d] be great|nice|good|awesome|helpful|perfect|lovely if|to", 2
    },
    {"en.unfelt", unfelt, "please stop the|my|our|an", 2},
    {"en.unfelt", unfelt, "is|are there any interest", 2},
    {"en.unfelt", unfelt, "interested party|parties|customers|users|in knowing|whether|if", 2},
    {"en.unfelt", unfelt, "thanks|thank [you] in advance", 2},
    {"en.unfelt", unfelt, "trash|junk can|bin|icon|folder", 2},
    {"en.unfelt", unfelt, "good morning|afternoon|evening|day|night|question|weekend|luck", 2},
    {"en.unfelt", unfelt, "great|nice day|weekend|week|evening", 2},
    {"en.unfelt", unfelt, "no longer works|available", 2},
    {"en.unfelt", unfelt, "no longer use|using the|this|that|my|it|old", 2},
    {"en.unfelt", unfelt, "gdpr compliant|compliance|ready|conform|request", 2},
    {"en.unfelt", unfelt, "joke apart|aside", 2},
    {"en.unfelt", unfelt, "great|good|nice [_] but", 2},
});

constexpr std::array positives = std::to_array<phrase>({
    {"en.positive.yes", positive, "yes [please|sure|absolutely|definitely]", 2},
    {"en.positive.yes", positive, "yes please", 2},
    {"en.positive.yes", positive, "yep|yeah|yup", 2},
    {"en.positive.yes", thanks, "absolutely|definitely|sure", 1},
    {"en.positive.yes", positive, "sure send|lets|sounds|thing|happy|go", 2},
    {"en.positive.yes", positive, "count|sign me|us in|up", 2},
    {"en.positive.yes", positive, "im|were in", 1},
    {"en.positive.yes", positive,
     "lets talk|chat|do|book|meet|go|schedule|connect|discuss|set|try|speak"},
    {"en.positive.yes", positive, "let us talk|chat|book|meet|schedule|connect|discuss|speak"},
    {"en.positive.yes", positive,
     "[can|could|shall] [we|i] book|schedule|arrange|set [up] a|another|some [_] "
     "call|demo|meeting|time",
     2},
    {"en.positive.yes", positive,
     "happy|glad|love|keen|delighted|excited to [_] "
     "chat|talk|try|see|join|help|meet|learn|hear|connect|jump|hop|give|provide|share|answer",
     3},
    {"en.positive.yes", positive, "tell me|us more", 2},
    {"en.positive.yes", positive,
     "[i|we|id] would|d love|like a|to [_] demo|learn|hear|try|see|know", 2},
    {"en.positive.yes", positive,
     "id|wed|i|we love|like|appreciate [a|to|some|one] [_] demo|call|more|know", 2},
    {"en.positive.yes", positive, "will|ill|well try|test|check [it|this|that]", 1},
    {"en.positive.yes", positive,
     "just|exactly what i|we [was|were|am|are] [_] looking|searching|after|need|needed|want|wanted"
    },
    {"en.positive.joined", positive,
     "[just|have|ive] signed|upgraded|subscribed|renewed up|to|our|my|for|today|and", 2},
    {"en.positive.joined", positive, "just|ive|weve|i|we signed|upgraded|subscribed|renewed", 2},
    {"en.positive.helped", positive,
     "that|this|it|which [_] helped|helps|fixed|solved|worked|works|resolved", 2},
    {"en.positive.helped", positive,
     "works|working|fixed|solved|resolved [_] now|great|perfectly|fine|well|again|nicely|like", 2},
});

constexpr std::array praises = std::to_array<phrase>({
    {"en.praise", praise, "interested", 2},
    {"en.praise", praise,
     "sounds|looks|seems|looking|works "
     "good|great|perfect|fine|awesome|amazing|interesting|promising|fantastic|excellent|lovely|"
     "nice|wonderful",
     2},
    {"en.praise", praise, "love|loved|loves|loving", 2},
    {"en.praise", praise,
     "great|awesome|amazing|excellent|fantastic|brilliant|wonderful|perfect|superb|outstanding|"
     "terrific|fabulous",
     2},
    {"en.praise", praise,
     "helpful|impressed|impressive|delighted|thrilled|pleased|grateful|appreciated", 2},
    {"en.praise", praise, "[very|really|so|super|quite] happy|satisfied with|about|so|to", 2},
    {"en.praise", praise, "very|really|so|super|quite happy|satisfied|useful|nice|good|easy|cool", 2
    },
    {"en.praise", praise, "exactly what i|we [_] need|needed|wanted|want|looking", 2},
    {"en.praise", praise, "looking|look forward", 2},
    {"en.praise", praise, "cant|cannot wait", 3},
    {"en.praise", praise, "well done", 2},
    {"en.praise", praise, "good|great|nice job|work|product|tool|idea|stuff|one", 2},
    {"en.praise", praise, "[you|this|guys|it] rock|rocks", 2},
    {"en.praise", praise, "enjoy|enjoying|enjoyed [_] using|it|the|this", 2},
    {"en.praise", praise, "like it|this|that|your|the", 2},
    {"en.praise", praise, "cool|nice|neat|helps|good", 1},
    {"en.praise", praise, "many|big|huge thanks", 2},
    {"en.praise", praise, "thanks a lot|million|bunch|ton|so|very", 2},
    {"en.praise", praise, "thanks|thank [you] so|very much", 2},
    {"en.praise", praise, "thanks|thank [you] again", 2},
    {"en.praise", praise, "appreciate it|that|this|your|the", 2},
    {"en.thanks", thanks, "thanks|thx|thank|cheers|ty|tks", 1},
});

}  // namespace

language english_feelings() {
    return {{negatives, blames, positives, praises}, sets};
}

}  // namespace vf::mail
