#include "webhook-dispatcher/attempt/sign.hpp"

#include <chrono>

#include "vf/base/text.hpp"
#include "vf/crypto/digest.hpp"

namespace vf::webhook_dispatcher {

std::string sign(
    domain::signature_form form, std::string_view body, instant timestamp, const signing_keys& keys
) {
    const auto seconds =
        std::chrono::floor<std::chrono::seconds>(timestamp).time_since_epoch().count();
    const std::string t = std::to_string(seconds);
    std::string signed_text;
    if (form == domain::signature_form::timestamped) {
        signed_text = t + ".";
    }
    signed_text += body;

    std::string header = "t=" + t;
    header += ",v1=" + to_hex(crypto::hmac_sha256(keys.current, signed_text));
    if (keys.previous) {
        header += ",v1=" + to_hex(crypto::hmac_sha256(*keys.previous, signed_text));
    }
    return header;
}

}  // namespace vf::webhook_dispatcher
