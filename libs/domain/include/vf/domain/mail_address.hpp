// Which texts are the address of one mailbox. Used by whoever reads a customer's e-mail. Pure; any
// thread.
#pragma once

#include <string_view>

namespace vf::domain {

// local@domain and nothing around it: no list, no display name, no comment, no quoted local part,
// no address literal. Lengths are those of RFC 5321, the local part is a dot-atom, the domain is
// made of DNS labels; both may be written in other scripts than Latin (RFC 6531). The text is
// UTF-8.
[[nodiscard]] bool is_mail_address(std::string_view text);

}  // namespace vf::domain
