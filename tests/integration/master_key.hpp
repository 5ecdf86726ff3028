// The master key of the integration tests.
#pragma once

#include "vf/crypto/sealed_secret.hpp"

namespace vf::support {

inline const crypto::master_key master_key =
    *crypto::master_key::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");

}  // namespace vf::support
