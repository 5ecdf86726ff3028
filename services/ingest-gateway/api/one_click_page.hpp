// What a person sees who opens the unsubscribe link of a mail, and what answers the post. Core.
#pragma once

#include "ingest-gateway/api/replies.hpp"
#include "vf/http/message.hpp"

namespace vf::ingest_gateway {

// A form that posts what a mail client would post, to the address it is shown under.
// Self-contained: its policy lets nothing be loaded, nothing be sent elsewhere, and nobody frame
// it.
[[nodiscard]] http::response confirmation_page();

// Of the post: 200 with a line of text.
[[nodiscard]] http::response unsubscribed();

// The same 404 whatever is wrong with a token.
[[nodiscard]] http::response no_such_link();

// 400 for a post without the pair.
[[nodiscard]] http::response not_one_click();

// 429 or 503.
[[nodiscard]] http::response not_now(const refusal& why);

}  // namespace vf::ingest_gateway
