#include "console/api/authenticate.hpp"

#include "vf/crypto/api_key.hpp"
#include "vf/crypto/digest.hpp"

namespace vf::console {

namespace {

std::optional<std::string_view> bearer(const http::headers& headers) {
    static constexpr std::string_view scheme = "Bearer ";
    if (headers.count("Authorization") != 1) {
        return std::nullopt;
    }
    const std::string_view text{*headers.find("Authorization")};
    return text.starts_with(scheme) ? std::optional{text.substr(scheme.size())} : std::nullopt;
}

}  // namespace

std::optional<principal> authenticate(const http::headers& headers, std::string_view admin_token) {
    const auto text = bearer(headers);
    if (!text || admin_token.empty()) {
        return std::nullopt;
    }
    // Digests are compared, so that not even the length of the token tells anything.
    const std::string theirs = crypto::sha256(*text);
    if (!crypto::constant_time_equal(theirs, crypto::sha256(admin_token))) {
        return std::nullopt;
    }
    return principal{"admin", role::administer};
}

std::optional<std::string_view> api_key_in(const http::headers& headers) {
    const auto text = bearer(headers);
    return text && crypto::is_well_formed_api_key(*text) ? text : std::nullopt;
}

bool may(const principal& who, role needed) {
    return who.role >= needed;
}

}  // namespace vf::console
