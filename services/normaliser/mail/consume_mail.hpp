// The consumer of vf.mail: read the notice → find whose mail it is → write the outcome once → tell
// what stands. Loop thread.
#pragma once

#include <utility>
#include <vector>

#include "normaliser/metrics.hpp"
#include "normaliser/store.hpp"
#include "vf/base/clock.hpp"
#include "vf/consumer/stage.hpp"

namespace vf::normaliser {

class consume_mail final : public consumer::stage {
public:
    consume_mail(store& into, const clock& now, const metrics& counted)
        : store_{into}, clock_{now}, metrics_{counted} {}

    [[nodiscard]] runtime::task<result<std::vector<wire::record>>> settle(
        std::vector<wire::record> batch
    ) override;
    [[nodiscard]] wire::record refuse(const wire::record& input, const error& why) override;

private:
    [[nodiscard]] wire::record set_aside(const wire::record& input, wire::set_aside_reason why)
        const;

    store& store_;
    const clock& clock_;
    const metrics& metrics_;
};

}  // namespace vf::normaliser
