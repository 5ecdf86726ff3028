#include "vf/crypto/digest.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include <array>
#include <cstddef>

#include "openssl_types.hpp"
#include "vf/base/assert.hpp"

namespace vf::crypto {

namespace {

constexpr std::size_t sha256_bytes = 32;

mac_context new_hmac_sha256() {
    mac_context context{EVP_MAC_CTX_new(hmac_algorithm())};
    VF_ASSERT(context != nullptr);
    // The parameter is not const in OpenSSL's interface, though it is only read.
    std::array<char, 7> digest_name{"SHA256"};
    const std::array parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name.data(), 0),
        OSSL_PARAM_construct_end()
    };
    VF_ASSERT(EVP_MAC_CTX_set_params(context.get(), parameters.data()) == 1);
    return context;
}

}  // namespace

std::string sha256(std::string_view data) {
    // One context for each thread: making one for each call takes as long as a short hash.
    thread_local const digest_context context{EVP_MD_CTX_new()};
    std::string digest(sha256_bytes, '\0');
    unsigned int size = 0;
    VF_ASSERT(EVP_DigestInit_ex2(context.get(), sha256_algorithm(), nullptr) == 1);
    VF_ASSERT(EVP_DigestUpdate(context.get(), data.data(), data.size()) == 1);
    VF_ASSERT(EVP_DigestFinal_ex(context.get(), bytes_of(digest.data()), &size) == 1);
    VF_ASSERT(size == sha256_bytes);
    return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view data) {
    thread_local const mac_context context = new_hmac_sha256();
    // A null key would mean "the key of the last call".
    const unsigned char* const key_bytes = key.empty() ? bytes_of("") : bytes_of(key.data());
    std::string code(sha256_bytes, '\0');
    std::size_t size = 0;
    VF_ASSERT(EVP_MAC_init(context.get(), key_bytes, key.size(), nullptr) == 1);
    VF_ASSERT(EVP_MAC_update(context.get(), bytes_of(data.data()), data.size()) == 1);
    VF_ASSERT(EVP_MAC_final(context.get(), bytes_of(code.data()), &size, code.size()) == 1);
    VF_ASSERT(size == sha256_bytes);
    return code;
}

bool constant_time_equal(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace vf::crypto
