#include "normaliser/users/mail_address.hpp"

#include <utility>

#include "vf/crypto/digest.hpp"
#include "vf/domain/limits.hpp"

namespace vf::normaliser {

std::string mail_address_key(std::string_view address) {
    constexpr std::string_view blank = " \t\r\n";
    const auto first = address.find_first_not_of(blank);
    if (first == std::string_view::npos) {
        return {};
    }
    std::string key{address.substr(first, address.find_last_not_of(blank) - first + 1)};
    for (char& c : key) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return key;
}

std::string mail_address_of(std::string text) {
    return text.size() <= domain::limits::email_bytes ? std::move(text) : std::string{};
}

std::string mail_address_digest(std::string_view address) {
    return crypto::sha256(mail_address_key(address));
}

}  // namespace vf::normaliser
