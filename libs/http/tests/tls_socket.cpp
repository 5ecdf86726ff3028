#include "tls_socket.hpp"

#include <array>

#include <openssl/err.h>
#include <openssl/x509.h>

#include <sys/socket.h>

namespace vf::http::tests {

namespace {

std::string last_reason() {
    const char* why = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return why == nullptr ? "the connection ended" : why;
}

}  // namespace

tls_socket::tls_socket(std::uint16_t port, const tls_test_options& options)
    : context_{SSL_CTX_new(TLS_client_method())}, socket_{raw_socket::connected_to(port)} {
    const timeval limit{5, 0};
    ::setsockopt(socket_.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    SSL_CTX_set_min_proto_version(context_.get(), options.version_min);
    SSL_CTX_set_max_proto_version(context_.get(), options.version_max);
    SSL_CTX_set_cipher_list(context_.get(), options.ciphers.c_str());
    ssl_.reset(SSL_new(context_.get()));
    if (!options.protocols.empty()) {
        const std::basic_string<unsigned char> offer{
            options.protocols.begin(), options.protocols.end()
        };
        SSL_set_alpn_protos(ssl_.get(), offer.data(), static_cast<unsigned>(offer.size()));
    }
    SSL_set_fd(ssl_.get(), socket_.descriptor());
    ERR_clear_error();
    if (SSL_connect(ssl_.get()) != 1) {
        fault_ = last_reason();
    }
}

std::string tls_socket::version() const {
    return SSL_get_version(ssl_.get());
}

std::string tls_socket::cipher() const {
    return SSL_get_cipher_name(ssl_.get());
}

std::string tls_socket::protocol() const {
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &chosen, &size);
    return {chosen, chosen + size};
}

std::string tls_socket::peer() const {
    std::array<char, 64> name{};
    const X509* proven = SSL_get0_peer_certificate(ssl_.get());
    X509_NAME_get_text_by_NID(
        X509_get_subject_name(proven), NID_commonName, name.data(), static_cast<int>(name.size())
    );
    return name.data();
}

int tls_socket::chain_length() const {
    return sk_X509_num(SSL_get_peer_cert_chain(ssl_.get()));
}

bool tls_socket::resumes(std::uint16_t port) {
    auto again = raw_socket::connected_to(port);
    const std::unique_ptr<SSL, freer> second{SSL_new(context_.get())};
    SSL_set_session(second.get(), SSL_get0_session(ssl_.get()));
    SSL_set_fd(second.get(), again.descriptor());
    const bool reused = SSL_connect(second.get()) == 1 && SSL_session_reused(second.get()) == 1;
    // A connection that ends without a goodbye would spoil the session for the next one.
    SSL_set_shutdown(second.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    return reused;
}

bool tls_socket::send(std::string_view bytes) const {
    std::size_t count = 0;
    return SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count) == 1;
}

std::optional<std::string> tls_socket::receive() const {
    std::array<char, 16'384> some{};
    std::size_t count = 0;
    ERR_clear_error();
    if (SSL_read_ex(ssl_.get(), some.data(), some.size(), &count) != 1) {
        return std::nullopt;
    }
    return std::string{some.data(), count};
}

raw_answer tls_socket::read_answer(bool to_head) {
    return take_answer(left_, [this] { return receive(); }, to_head);
}

bool tls_socket::is_at_clean_end() const {
    return left_.empty() && !receive() &&
           (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

bool tls_socket::renegotiate() const {
    ERR_clear_error();
    return SSL_renegotiate(ssl_.get()) == 1 && SSL_do_handshake(ssl_.get()) == 1;
}

}  // namespace vf::http::tests
