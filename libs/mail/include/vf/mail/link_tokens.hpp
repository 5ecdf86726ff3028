// What stands in a mail so that we know it again: the token of its unsubscribe link, and the part
// after the plus of its Reply-To address. Both are signed, and are read without a database. Made by
// the console for who sends the mail, read by the gateway (links) and the normaliser (replies).
// Core; any thread.
//
// A token never expires: mail lies in a mailbox for years. A key is retired by leaving it out.
// Errors: permanent/link_keys_invalid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "vf/base/error.hpp"
#include "vf/domain/ids.hpp"

namespace vf::mail {

// The keys that links are signed under, by version: the highest signs, all verify.
class link_keys {
public:
    // "1:<base64 of 32 bytes>,2:…", the form of VF_LINK_KEYS; at least one, versions of 1 and
    // above, none twice, white space around the whole allowed. An error shows nothing of the keys.
    [[nodiscard]] static result<link_keys> parse(std::string_view text);

private:
    friend struct link_signer;

    struct key {
        std::string links;
        std::string mailboxes;
    };

    std::map<std::uint32_t, key> keys_;
};

// Whom a link unsubscribes, and the mail it stood in.
struct unsubscribe_link {
    domain::project_id project;
    std::int64_t user_id{0};  // users.user_id
    std::optional<domain::draft_id> draft;

    friend bool operator==(const unsubscribe_link&, const unsubscribe_link&) = default;
};

// No token is longer; nothing longer is read.
inline constexpr std::size_t unsubscribe_token_characters = 512;

// In base64url without padding: one segment of a path. Ids are 100 bytes at most.
[[nodiscard]] std::string make_unsubscribe_token(
    const link_keys& keys, const unsubscribe_link& link
);
// Nothing where any character is not as it was made.
[[nodiscard]] std::optional<unsubscribe_link> read_unsubscribe_token(
    const link_keys& keys, std::string_view token
);

// "<the draft's 26 characters>.<16 of the signature>": lower-case letters, digits and one dot, as
// any mail server lets through. Empty for what is no draft's id.
[[nodiscard]] std::string make_mailbox_hash(
    const link_keys& keys, const domain::project_id& project, const domain::draft_id& draft
);
// Compares without case, since servers on the way may change it. Nothing for another project.
[[nodiscard]] std::optional<domain::draft_id> read_mailbox_hash(
    const link_keys& keys, const domain::project_id& project, std::string_view hash
);

}  // namespace vf::mail
