// The stage of vf.mail: read the notice → decide it in one transaction, with all it changes →
// announce what stands. Driven by consumer::worker on the loop thread.
#pragma once

#include "normaliser/mail/decide_mail.hpp"
#include "normaliser/metrics.hpp"
#include "normaliser/store.hpp"
#include "vf/base/clock.hpp"
#include "vf/consumer/stage.hpp"
#include "vf/mail/link_tokens.hpp"
#include "vf/wire/messages.hpp"

namespace vf::normaliser {

class consume_mail final : public consumer::stage<wire::mail_event> {
public:
    // All of them outlive it.
    consume_mail(
        store& store, const clock& now, const metrics& counters, mail_policy policy,
        const mail::link_keys& keys
    )
        : store_{store}, now_{now}, metrics_{counters}, policy_{policy}, keys_{keys} {}

    [[nodiscard]] runtime::task<result<consumer::outcome>> process(
        consumer::batch<wire::mail_event> messages
    ) override;

private:
    normaliser::store& store_;
    const clock& now_;
    const metrics& metrics_;
    mail_policy policy_;
    const mail::link_keys& keys_;
};

}  // namespace vf::normaliser
