// Secrets at rest: AES-256-GCM under the master key, bound to the place they belong to by `context`
// ("endpoint:ep_…:secret"), so a row copied elsewhere does not open. Any thread.
//
// Sealed form: version byte 1, 12-byte nonce, ciphertext, 16-byte tag.
// Errors: permanent/master_key_invalid, data/secret_not_openable.
#pragma once

#include <string>
#include <string_view>

#include "vf/base/error.hpp"
#include "vf/base/random.hpp"

namespace vf::crypto {

class master_key {
public:
    // Base64 of exactly 32 bytes, surrounding white space allowed (it usually comes from a file).
    [[nodiscard]] static result<master_key> from_base64(std::string_view text);

    [[nodiscard]] std::string seal(
        std::string_view secret, std::string_view context, random& randomness
    ) const;
    [[nodiscard]] result<std::string> open(std::string_view sealed, std::string_view context) const;

    // 32 bytes that tell the data again and cannot be had without the key; another for each
    // context.
    [[nodiscard]] std::string digest(std::string_view data, std::string_view context) const;

private:
    explicit master_key(std::string key) : key_{std::move(key)} {}

    std::string key_;
};

}  // namespace vf::crypto
