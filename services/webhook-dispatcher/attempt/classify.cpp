#include "webhook-dispatcher/attempt/classify.hpp"

#include "webhook-dispatcher/attempt/retry_after.hpp"

namespace vf::webhook_dispatcher {

classified classify(const result<http::client_response>& answer, instant now) {
    classified made;
    if (!answer) {
        made.error = answer.error().code;
        return made;
    }
    made.status = answer->status;
    if (answer->status >= 200 && answer->status < 300) {
        made.what = meaning::delivered;
    } else if (answer->status == 410) {
        made.what = meaning::gone;
    } else if (answer->status == 429 || answer->status == 503) {
        if (const std::string* value = answer->headers.find("Retry-After")) {
            made.not_before = read_retry_after(*value, now);
        }
    }
    return made;
}

}  // namespace vf::webhook_dispatcher
