// Keeps what arrives on vf.dead-letter. Loop thread.
#pragma once

#include "console/metrics.hpp"
#include "vf/base/clock.hpp"
#include "vf/consumer/stage.hpp"
#include "vf/postgres/pool.hpp"

namespace vf::console {

class consume_dead_letter final : public consumer::stage {
public:
    consume_dead_letter(
        postgres::pool& database, const vf::clock& clock, const console_metrics& metrics
    )
        : database_{database}, clock_{clock}, metrics_{metrics} {}

    [[nodiscard]] runtime::task<result<std::vector<wire::record>>> settle(
        std::vector<wire::record> batch
    ) override;
    [[nodiscard]] wire::record refuse(const wire::record& input, const error& why) override;

private:
    postgres::pool& database_;
    const vf::clock& clock_;
    const console_metrics& metrics_;
};

}  // namespace vf::console
