// What a notice changes of its address, whoever has it, so even where nobody is found. Core.
#pragma once

#include "normaliser/mail/decide_mail.hpp"

namespace vf::normaliser {

// What stood of the address when a bounce was heard of.
struct bounce_history {
    bool suppressed{false};  // for the same cause
    bool listed{false};      // by the provider's list, for the same message
};

bounce_history change_address(
    mail_decisions& done, const mail_notice& notice, const mail_policy& policy
);

// What stands already stays as it is.
void suppress(
    mail_decisions& done, const address_name& address, suppression_cause cause,
    const suppression& row
);

void lift(mail_decisions& done, const mail_user& user, suppression_cause cause);

}  // namespace vf::normaliser
