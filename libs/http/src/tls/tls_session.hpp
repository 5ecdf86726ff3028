// The server's side of TLS over one non-blocking socket. No call waits: what cannot go on now says
// would_block, and `wants_write` what it waits for. Loop thread.
#pragma once

#include <cstddef>
#include <memory>

#include <openssl/ssl.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

namespace vf::http {

class tls_session {
public:
    // The socket stays where it is for as long as the session.
    tls_session(SSL_CTX* by, boost::asio::ip::tcp::socket& over);

    void shake_hands(boost::system::error_code& failed);
    // As the calls of a socket: eof when the other side has said goodbye, connection_reset for
    // whatever breaks the connection.
    [[nodiscard]] std::size_t read(
        boost::asio::mutable_buffer buffer, boost::system::error_code& failed
    );
    // May take less than there is. After would_block the same bytes, and more, must follow.
    [[nodiscard]] std::size_t write(
        boost::asio::const_buffer buffer, boost::system::error_code& failed
    );
    // Once, and only if it can go out at once.
    void say_goodbye();

    [[nodiscard]] bool wants_write() const { return wants_write_; }

private:
    struct session_freer {
        void operator()(SSL* session) const { SSL_free(session); }
    };

    void judge(int outcome, boost::system::error_code& failed);

    std::unique_ptr<SSL, session_freer> ssl_;
    bool wants_write_{false};
    bool broken_{false};
};

}  // namespace vf::http
