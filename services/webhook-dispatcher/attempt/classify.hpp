// What an answer, or the lack of one, means for the delivery. Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/http/client.hpp"

namespace vf::webhook_dispatcher {

enum class meaning {
    delivered,  // 2xx
    failed,     // anything else, redirects and refused targets included
    gone,       // 410: the endpoint does not want to hear of us again
    untried,    // a fault of ours kept it from being sent: no attempt
};

struct classified {
    meaning what{meaning::failed};
    // 429 and 503 that say so: the endpoint is left in peace until then.
    std::optional<instant> not_before;
    // Neither was had when the request never left: `error` then says why.
    std::optional<unsigned> status;
    std::optional<std::string> error;
};

[[nodiscard]] classified classify(const result<http::client_response>& answer, instant now);

}  // namespace vf::webhook_dispatcher
