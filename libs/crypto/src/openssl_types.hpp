// Owners of OpenSSL's objects and the algorithms this library uses. Looking an algorithm up by
// name costs more than hashing an event, so each is fetched once. Belongs to this library; any
// thread: a fetched algorithm is immutable.
#pragma once

#include <openssl/evp.h>

#include <memory>

namespace vf::crypto {

template <auto Free>
struct openssl_deleter {
    template <class Object>
    void operator()(Object* object) const {
        Free(object);
    }
};

using digest_context = std::unique_ptr<EVP_MD_CTX, openssl_deleter<EVP_MD_CTX_free>>;
using mac_context = std::unique_ptr<EVP_MAC_CTX, openssl_deleter<EVP_MAC_CTX_free>>;
using cipher_context = std::unique_ptr<EVP_CIPHER_CTX, openssl_deleter<EVP_CIPHER_CTX_free>>;

[[nodiscard]] const EVP_MD* sha256_algorithm();
[[nodiscard]] EVP_MAC* hmac_algorithm();
[[nodiscard]] const EVP_CIPHER* aes_256_gcm_algorithm();

inline unsigned char* bytes_of(char* text) {
    return reinterpret_cast<unsigned char*>(text);
}

inline const unsigned char* bytes_of(const char* text) {
    return reinterpret_cast<const unsigned char*>(text);
}

}  // namespace vf::crypto
