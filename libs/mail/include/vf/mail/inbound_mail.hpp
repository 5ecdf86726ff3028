// A reply as the mail provider delivered it: what the reading of replies looks at. Filled by
// whoever reads the provider's body; every field may be empty, of any length, and in bytes that are
// not UTF-8.
#pragma once

#include <string>
#include <vector>

namespace vf::mail {

struct header {
    std::string name;
    std::string value;
};

struct inbound_mail {
    std::string from{};  // the address, with or without a display name
    std::string subject{};
    std::string text_body{};       // the whole plain text, history and signature included
    std::string stripped_reply{};  // the provider's idea of the new part; often empty
    std::string html_body{};
    std::vector<header> headers{};
};

}  // namespace vf::mail
