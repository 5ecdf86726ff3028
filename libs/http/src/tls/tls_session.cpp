#include "tls/tls_session.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <boost/asio/error.hpp>

namespace vf::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// OpenSSL's own socket BIO writes with write(), which raises SIGPIPE, and keeps a descriptor that
// may be somebody else's after a close. This one asks the socket each time.
tcp::socket& socket_of(BIO* bio) {
    return *static_cast<tcp::socket*>(BIO_get_data(bio));
}

bool must_wait(const error_code& failed) {
    return failed == asio::error::would_block || failed == asio::error::try_again;
}

int read_socket(BIO* bio, char* into, int room) {
    BIO_clear_retry_flags(bio);
    error_code failed;
    const asio::mutable_buffer buffer{into, static_cast<std::size_t>(room)};
    const auto count = socket_of(bio).read_some(buffer, failed);
    if (must_wait(failed)) {
        BIO_set_retry_read(bio);
    }
    return failed ? -1 : static_cast<int>(count);
}

int write_socket(BIO* bio, const char* from, int size) {
    BIO_clear_retry_flags(bio);
    error_code failed;
    const asio::const_buffer buffer{from, static_cast<std::size_t>(size)};
    const auto count = socket_of(bio).write_some(buffer, failed);
    if (must_wait(failed)) {
        BIO_set_retry_write(bio);
    }
    return failed ? -1 : static_cast<int>(count);
}

long control_socket(BIO*, int command, long, void*) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* socket_method() {
    static const BIO_METHOD* const method = [] {
        auto* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "asio socket");
        if (method != nullptr) {
            BIO_meth_set_read(method, read_socket);
            BIO_meth_set_write(method, write_socket);
            BIO_meth_set_ctrl(method, control_socket);
        }
        return method;
    }();
    return method;
}

}  // namespace

tls_session::tls_session(SSL_CTX* by, tcp::socket& over) : ssl_{SSL_new(by)} {
    BIO* bio = ssl_ ? BIO_new(socket_method()) : nullptr;
    if (bio == nullptr) {
        broken_ = true;
        return;
    }
    BIO_set_data(bio, &over);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
}

void tls_session::judge(int outcome, error_code& failed) {
    switch (SSL_get_error(ssl_.get(), outcome)) {
        case SSL_ERROR_NONE:
            failed.clear();
            break;
        case SSL_ERROR_WANT_READ:
            wants_write_ = false;
            failed = asio::error::would_block;
            break;
        case SSL_ERROR_WANT_WRITE:
            wants_write_ = true;
            failed = asio::error::would_block;
            break;
        case SSL_ERROR_ZERO_RETURN:
            failed = asio::error::eof;
            break;
        default:
            broken_ = true;
            failed = asio::error::connection_reset;
            break;
    }
}

void tls_session::shake_hands(error_code& failed) {
    failed = asio::error::connection_reset;
    if (!broken_) {
        ERR_clear_error();
        judge(SSL_do_handshake(ssl_.get()), failed);
    }
}

std::size_t tls_session::read(asio::mutable_buffer buffer, error_code& failed) {
    std::size_t total = 0;
    failed = asio::error::connection_reset;
    while (!broken_) {
        ERR_clear_error();
        std::size_t count = 0;
        const asio::mutable_buffer rest = buffer + total;
        const int outcome = SSL_read_ex(ssl_.get(), rest.data(), rest.size(), &count);
        total += count;
        judge(outcome, failed);
        if (failed || total == buffer.size() || SSL_has_pending(ssl_.get()) == 0) {
            break;
        }
    }
    if (total > 0) {
        // What ended it, the next call meets again.
        failed.clear();
    }
    return total;
}

std::size_t tls_session::write(asio::const_buffer buffer, error_code& failed) {
    std::size_t count = 0;
    failed = asio::error::connection_reset;
    if (!broken_) {
        ERR_clear_error();
        judge(SSL_write_ex(ssl_.get(), buffer.data(), buffer.size(), &count), failed);
    }
    return count;
}

void tls_session::say_goodbye() {
    if (!broken_ && SSL_is_init_finished(ssl_.get()) == 1 &&
        (SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN) == 0) {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
    }
}

}  // namespace vf::http
