// A blocking TLS client of loopback for tests that need to see more than requests and answers: what
// was agreed upon, who proved what, and how the end came. It trusts everybody.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "raw_socket.hpp"

namespace vf::http::tests {

struct tls_test_options {
    int version_min{TLS1_VERSION};
    int version_max{TLS1_3_VERSION};
    std::string protocols;                  // as ALPN writes them, empty for none
    std::string ciphers{"ALL@SECLEVEL=0"};  // of TLS 1.2 and before
};

class tls_socket {
public:
    // Shakes hands; see `fault`.
    explicit tls_socket(std::uint16_t port, const tls_test_options& options = {});

    // Empty after a handshake that succeeded, else OpenSSL's reason.
    [[nodiscard]] const std::string& fault() const { return fault_; }

    [[nodiscard]] std::string version() const;
    [[nodiscard]] std::string cipher() const;
    [[nodiscard]] std::string protocol() const;
    // The name in the certificate, and how many certificates came.
    [[nodiscard]] std::string peer() const;
    [[nodiscard]] int chain_length() const;
    // Comes again with the session of `before`; true when the server took it.
    [[nodiscard]] bool resumes(std::uint16_t port);

    bool send(std::string_view bytes) const;
    // Nothing at the end or after five seconds.
    [[nodiscard]] std::optional<std::string> receive() const;
    [[nodiscard]] raw_answer read_answer(bool to_head = false);
    // The other side said goodbye: an end that nobody could have forged.
    [[nodiscard]] bool is_at_clean_end() const;
    // False: refused.
    [[nodiscard]] bool renegotiate() const;

private:
    struct freer {
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

        void operator()(SSL* session) const { SSL_free(session); }
    };

    std::unique_ptr<SSL_CTX, freer> context_;
    raw_socket socket_;
    std::unique_ptr<SSL, freer> ssl_;
    std::string fault_;
    std::string left_;
};

}  // namespace vf::http::tests
