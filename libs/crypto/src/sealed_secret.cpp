#include "vf/crypto/sealed_secret.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "openssl_types.hpp"
#include "vf/base/assert.hpp"
#include "vf/base/text.hpp"
#include "vf/crypto/digest.hpp"

namespace vf::crypto {

namespace {

constexpr char version = 1;
constexpr std::size_t key_bytes = 32;
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t overhead = 1 + nonce_bytes + tag_bytes;

std::string_view without_white_space_around(std::string_view text) {
    constexpr std::string_view white_space = " \t\r\n";
    const std::size_t first = text.find_first_not_of(white_space);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

int size_of(std::string_view text) {
    VF_ASSERT(text.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
    return static_cast<int>(text.size());
}

std::unexpected<error> not_openable(const char* why) {
    return fail(failure::data, "secret_not_openable", why);
}

}  // namespace

result<master_key> master_key::from_base64(std::string_view text) {
    std::optional<std::string> key = vf::from_base64(without_white_space_around(text));
    // Nothing of the text goes into the message: it may be most of a key.
    if (!key) {
        return fail(failure::permanent, "master_key_invalid", "the master key is not base64");
    }
    if (key->size() != key_bytes) {
        return fail(failure::permanent, "master_key_invalid", "the master key is not 32 bytes");
    }
    return master_key{std::move(*key)};
}

std::string master_key::seal(std::string_view secret, std::string_view context, random& randomness)
    const {
    std::array<std::uint8_t, nonce_bytes> nonce{};
    randomness.fill(nonce);
    std::string sealed;
    sealed.reserve(secret.size() + overhead);
    sealed.push_back(version);
    sealed.append(reinterpret_cast<const char*>(nonce.data()), nonce.size());
    sealed.resize(secret.size() + overhead);
    unsigned char* const out = bytes_of(sealed.data()) + 1 + nonce_bytes;

    const cipher_context cipher{EVP_CIPHER_CTX_new()};
    int size = 0;
    VF_ASSERT(
        EVP_EncryptInit_ex2(
            cipher.get(), aes_256_gcm_algorithm(), bytes_of(key_.data()), nonce.data(), nullptr
        ) == 1
    );
    VF_ASSERT(
        EVP_EncryptUpdate(
            cipher.get(), nullptr, &size, bytes_of(context.data()), size_of(context)
        ) == 1
    );
    VF_ASSERT(
        EVP_EncryptUpdate(cipher.get(), out, &size, bytes_of(secret.data()), size_of(secret)) == 1
    );
    VF_ASSERT(EVP_EncryptFinal_ex(cipher.get(), out + secret.size(), &size) == 1);
    VF_ASSERT(
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, tag_bytes, out + secret.size()) ==
        1
    );
    return sealed;
}

result<std::string> master_key::open(std::string_view sealed, std::string_view context) const {
    if (sealed.size() < overhead || sealed.front() != version) {
        return not_openable("not in the sealed form of version 1");
    }
    const std::string_view nonce = sealed.substr(1, nonce_bytes);
    const std::string_view hidden = sealed.substr(1 + nonce_bytes, sealed.size() - overhead);
    std::string tag{sealed.substr(sealed.size() - tag_bytes)};
    std::string secret(hidden.size(), '\0');
    unsigned char* const out = bytes_of(secret.data());

    const cipher_context cipher{EVP_CIPHER_CTX_new()};
    int size = 0;
    VF_ASSERT(
        EVP_DecryptInit_ex2(
            cipher.get(), aes_256_gcm_algorithm(), bytes_of(key_.data()), bytes_of(nonce.data()),
            nullptr
        ) == 1
    );
    VF_ASSERT(
        EVP_DecryptUpdate(
            cipher.get(), nullptr, &size, bytes_of(context.data()), size_of(context)
        ) == 1
    );
    VF_ASSERT(
        EVP_DecryptUpdate(cipher.get(), out, &size, bytes_of(hidden.data()), size_of(hidden)) == 1
    );
    VF_ASSERT(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, tag_bytes, tag.data()) == 1);
    if (EVP_DecryptFinal_ex(cipher.get(), out + secret.size(), &size) != 1) {
        return not_openable("sealed under another master key, for another place, or damaged");
    }
    return secret;
}

std::string master_key::digest(std::string_view data, std::string_view context) const {
    return hmac_sha256(hmac_sha256(key_, context), data);
}

}  // namespace vf::crypto
