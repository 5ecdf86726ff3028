#include "openssl_types.hpp"

#include "vf/base/assert.hpp"

namespace vf::crypto {

namespace {

using digest = std::unique_ptr<EVP_MD, openssl_deleter<EVP_MD_free>>;
using mac = std::unique_ptr<EVP_MAC, openssl_deleter<EVP_MAC_free>>;
using cipher = std::unique_ptr<EVP_CIPHER, openssl_deleter<EVP_CIPHER_free>>;

}  // namespace

const EVP_MD* sha256_algorithm() {
    static const digest fetched{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
    VF_ASSERT(fetched != nullptr);
    return fetched.get();
}

EVP_MAC* hmac_algorithm() {
    static const mac fetched{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
    VF_ASSERT(fetched != nullptr);
    return fetched.get();
}

const EVP_CIPHER* aes_256_gcm_algorithm() {
    static const cipher fetched{EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)};
    VF_ASSERT(fetched != nullptr);
    return fetched.get();
}

}  // namespace vf::crypto
