#include "tls/tls_context.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

namespace vf::http {

namespace {

struct vendor_freer {
    void operator()(BIO* bio) const { BIO_free(bio); }

    void operator()(X509* certificate) const { X509_free(certificate); }

    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

using bio_ptr = std::unique_ptr<BIO, vendor_freer>;
using certificate_ptr = std::unique_ptr<X509, vendor_freer>;
using key_ptr = std::unique_ptr<EVP_PKEY, vendor_freer>;

// Of TLS 1.2; those of 1.3 are all sound.
constexpr const char* ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr std::array<unsigned char, 9> http_1_1{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
constexpr std::size_t ticket_keys_size = 80;

std::unexpected<error> bad(std::string_view what) {
    return fail(failure::permanent, "bad_certificate", std::string{what});
}

// With the reason that OpenSSL gives, which names no secret.
std::unexpected<error> bad_because(std::string_view what) {
    const char* why = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return bad(why == nullptr ? std::string{what} : fmt::format("{}: {}", what, why));
}

bio_ptr reading(std::string_view text) {
    return bio_ptr{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

// Else OpenSSL would ask at the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

// The next certificate of a chain, or null.
certificate_ptr next_certificate(BIO* from) {
    return certificate_ptr{PEM_read_bio_X509(from, nullptr, no_passphrase, nullptr)};
}

result<void> take_chain(SSL_CTX* context, std::string_view pem) {
    const auto text = reading(pem);
    const auto own = next_certificate(text.get());
    if (!own) {
        return bad_because("the certificate is not PEM");
    }
    if (SSL_CTX_use_certificate(context, own.get()) != 1) {
        return bad_because("the certificate cannot be used");
    }
    while (const auto above = next_certificate(text.get())) {
        if (SSL_CTX_add1_chain_cert(context, above.get()) != 1) {
            return bad_because("a certificate of the chain cannot be used");
        }
    }
    if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
        return bad_because("a certificate of the chain is not PEM");
    }
    ERR_clear_error();
    return {};
}

result<void> take_key(SSL_CTX* context, std::string_view pem) {
    const auto text = reading(pem);
    const key_ptr key{PEM_read_bio_PrivateKey(text.get(), nullptr, no_passphrase, nullptr)};
    if (!key) {
        return bad_because("the private key is not PEM, or it has a passphrase");
    }
    if (X509_check_private_key(SSL_CTX_get0_certificate(context), key.get()) != 1) {
        return bad_because("the private key does not belong to the certificate");
    }
    if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
        return bad_because("the private key cannot be used");
    }
    return {};
}

// One for the whole process: a client that comes back may meet another loop of it.
void share_tickets(SSL_CTX* context) {
    struct ticket_keys {
        std::array<unsigned char, ticket_keys_size> bytes{};
        bool random{RAND_bytes(bytes.data(), ticket_keys_size) == 1};
    };

    static ticket_keys keys;
    if (keys.random) {
        SSL_CTX_set_tlsext_ticket_keys(context, keys.bytes.data(), ticket_keys_size);
    }
}

using byte = unsigned char;

int choose_protocol(
    SSL* /*session*/, const byte** chosen, byte* size, const byte* offer, unsigned offer_size,
    void* /*argument*/
) {
    byte* found = nullptr;
    const int outcome =
        SSL_select_next_proto(&found, size, http_1_1.data(), http_1_1.size(), offer, offer_size);
    *chosen = found;
    return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool prepare(SSL_CTX* context) {
    SSL_CTX_set_options(
        context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                     SSL_OP_PRIORITIZE_CHACHA
    );
    // What is written may be written on from another place, and idle connections hold no buffers.
    SSL_CTX_set_mode(
        context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                     SSL_MODE_RELEASE_BUFFERS
    );
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    share_tickets(context);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, ciphers) == 1;
}

}  // namespace

result<tls_context> make_tls_context(const tls_identity& identity) {
    ERR_clear_error();
    tls_context tls_context{SSL_CTX_new(TLS_server_method())};
    if (!tls_context || !prepare(tls_context.get())) {
        return bad_because("TLS cannot be set up");
    }
    auto taken = take_chain(tls_context.get(), identity.certificate_chain);
    if (taken) {
        taken = take_key(tls_context.get(), identity.private_key);
    }
    if (!taken) {
        return forward(taken);
    }
    return tls_context;
}

}  // namespace vf::http
