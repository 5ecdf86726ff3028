// The stage of vf.mail: read the notice → find whose mail it is → write the outcome once → announce
// what stands. Driven by consumer::worker on the loop thread.
#pragma once

#include "normaliser/metrics.hpp"
#include "normaliser/store.hpp"
#include "vf/consumer/stage.hpp"
#include "vf/wire/messages.hpp"

namespace vf::normaliser {

class consume_mail final : public consumer::stage<wire::mail_event> {
public:
    consume_mail(store& store, const metrics& counters) : store_{store}, metrics_{counters} {}

    [[nodiscard]] runtime::task<result<consumer::outcome>> process(
        consumer::batch<wire::mail_event> messages
    ) override;

private:
    normaliser::store& store_;
    const metrics& metrics_;
};

}  // namespace vf::normaliser
