// What whoever sends a draft's mail puts into it: the one-click link of RFC 8058, and what makes
// its replies known again. Nothing is stored: the same draft has the same link as long as the key
// is the same.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "console/api/api_context.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

struct mail_links {
    std::string url;
    std::string list_unsubscribe;       // the header List-Unsubscribe
    std::string list_unsubscribe_post;  // the header List-Unsubscribe-Post
    std::string reply_to_hash;          // after the plus of the Reply-To address
};

// `public_url` is where the gateway is reached, without a slash at its end. Pure.
[[nodiscard]] mail_links make_links(
    const mail::link_keys& keys, std::string_view public_url, const mail::unsubscribe_link& link
);

void write(json::writer& out, const mail_links& links);

[[nodiscard]] std::span<const route> unsubscribe_link_routes();

}  // namespace vf::console
