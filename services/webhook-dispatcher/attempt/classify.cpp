#include "webhook-dispatcher/attempt/classify.hpp"

#include "webhook-dispatcher/attempt/retry_after.hpp"

namespace vf::webhook_dispatcher {

classified classify(const result<http::client_response>& answer, instant now) {
    classified classified;
    if (!answer) {
        classified.error = answer.error().code;
        return classified;
    }
    classified.status = answer->status;
    if (answer->status >= 200 && answer->status < 300) {
        classified.what = meaning::delivered;
    } else if (answer->status == 410) {
        classified.what = meaning::gone;
    } else if (answer->status == 429 || answer->status == 503) {
        if (const std::string* value = answer->headers.find("Retry-After")) {
            classified.not_before = read_retry_after(*value, now);
        }
    }
    return classified;
}

}  // namespace vf::webhook_dispatcher
