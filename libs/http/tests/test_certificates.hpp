// A certificate authority and the certificates it signs when they are first asked for, made by the
// openssl command. The thread of the test.
#pragma once

#include <filesystem>
#include <string>

#include "vf/http/server.hpp"

namespace vf::http::tests {

class test_certificates {
public:
    // "local" is for localhost and 127.0.0.1, so is "renewed", "other" is for another host, and
    // "rsa" is as "local" with a key of the other kind. Each is NAME.pem and NAME.key; sealed.key
    // is local's under a passphrase.
    [[nodiscard]] static const test_certificates& get();
    ~test_certificates();
    test_certificates(const test_certificates&) = delete;
    test_certificates& operator=(const test_certificates&) = delete;

    [[nodiscard]] std::string path(const std::string& name) const;
    [[nodiscard]] std::string text(const std::string& name) const;
    // With the authority at the end of the chain.
    [[nodiscard]] tls_identity identity(const std::string& name) const;

private:
    test_certificates();

    void sign(const std::string& name) const;
    void run(const std::string& what) const;

    std::filesystem::path folder_;
};

}  // namespace vf::http::tests
