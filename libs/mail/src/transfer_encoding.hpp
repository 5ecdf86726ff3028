// Bodies that a mail program left in their transfer encoding. Used by reply_text. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace vf::mail {

// `body` without leftovers of MIME: header lines of a part and boundaries are dropped, and what is
// whole in quoted-printable or base64 is decoded. Anything else comes back as it is.
[[nodiscard]] std::string without_transfer_encoding(std::string_view body);

}  // namespace vf::mail
