// What the TLS connections of one listener share: certificate, key, and what may be agreed upon.
// Made on the loop thread; a connection keeps the one it began with.
#pragma once

#include <memory>

#include <openssl/ssl.h>

#include "vf/base/error.hpp"
#include "vf/http/server.hpp"

namespace vf::http {

struct tls_context_freer {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

using tls_context = std::unique_ptr<SSL_CTX, tls_context_freer>;

// TLS 1.2 and 1.3 with forward secrecy and authenticated ciphers, HTTP/1.1 by ALPN. Errors:
// permanent/bad_certificate; the detail never quotes what it was given.
[[nodiscard]] result<tls_context> make_tls_context(const tls_identity& identity);

}  // namespace vf::http
