#include "authenticate.hpp"

#include "vf/crypto/digest.hpp"

namespace vf::console {

std::optional<principal> authenticate(const http::headers& headers, std::string_view admin_token) {
    static constexpr std::string_view scheme = "Bearer ";
    if (headers.count("Authorization") != 1 || admin_token.empty()) {
        return std::nullopt;
    }
    const std::string_view given{*headers.find("Authorization")};
    if (!given.starts_with(scheme)) {
        return std::nullopt;
    }
    // Digests are compared, so that not even the length of the token tells anything.
    const std::string theirs = crypto::sha256(given.substr(scheme.size()));
    if (!crypto::constant_time_equal(theirs, crypto::sha256(admin_token))) {
        return std::nullopt;
    }
    return principal{"admin", role::administer};
}

bool may(const principal& who, role needed) {
    return who.role >= needed;
}

}  // namespace vf::console
