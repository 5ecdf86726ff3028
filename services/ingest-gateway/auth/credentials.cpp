#include "ingest-gateway/auth/credentials.hpp"

#include <algorithm>
#include <utility>

#include "vf/base/text.hpp"
#include "vf/crypto/api_key.hpp"
#include "vf/crypto/digest.hpp"

namespace vf::ingest_gateway {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// What follows "<scheme> " in the only Authorization header; the scheme compares without case.
std::optional<std::string_view> authorization(
    const http::headers& headers, std::string_view scheme
) {
    const std::string* header = headers.find("Authorization");
    if (header == nullptr || headers.count("Authorization") != 1) {
        return std::nullopt;
    }
    const std::string_view value{*header};
    if (value.size() <= scheme.size() || value[scheme.size()] != ' ' ||
        !std::ranges::equal(value.substr(0, scheme.size()), scheme, {}, lower)) {
        return std::nullopt;
    }
    const auto start = value.find_first_not_of(' ', scheme.size());
    return start == std::string_view::npos ? std::nullopt : std::optional{value.substr(start)};
}

}  // namespace

std::optional<std::string_view> bearer_key(const http::headers& headers) {
    const auto key = authorization(headers, "bearer");
    return key && crypto::is_well_formed_api_key(*key) ? key : std::nullopt;
}

std::optional<basic_credentials> basic_auth(const http::headers& headers) {
    const auto encoded = authorization(headers, "basic");
    if (!encoded) {
        return std::nullopt;
    }
    const auto decoded = from_base64(*encoded);
    if (!decoded) {
        return std::nullopt;
    }
    const auto colon = decoded->find(':');
    if (colon == std::string::npos) {
        return std::nullopt;
    }
    return basic_credentials{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

std::optional<provider_credentials> provider_auth(const http::headers& headers) {
    if (headers.find("Authorization") != nullptr) {
        auto basic = basic_auth(headers);
        return basic ? std::optional{provider_credentials{
                           std::move(basic->username), std::move(basic->password)
                       }}
                     : std::nullopt;
    }
    const auto* secret = headers.find(webhook_secret_header);
    const bool once = headers.count(webhook_secret_header) == 1;
    return once && !secret->empty() ? std::optional{provider_credentials{std::nullopt, *secret}}
                                    : std::nullopt;
}

bool matches(const provider_credentials& shown, const basic_credentials& stored) {
    // Of digests, so that not even the lengths show.
    const auto& username = shown.username ? *shown.username : stored.username;
    const bool same_username =
        crypto::constant_time_equal(crypto::sha256(username), crypto::sha256(stored.username));
    const bool same_password = crypto::constant_time_equal(
        crypto::sha256(shown.password), crypto::sha256(stored.password)
    );
    return static_cast<unsigned>(same_username) + static_cast<unsigned>(same_password) == 2U;
}

}  // namespace vf::ingest_gateway
