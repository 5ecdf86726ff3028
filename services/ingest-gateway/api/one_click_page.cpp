#include "ingest-gateway/api/one_click_page.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "vf/base/text.hpp"
#include "vf/crypto/digest.hpp"

namespace vf::ingest_gateway {

namespace {

constexpr std::string_view style =
    "body{font:1.1em/1.5 system-ui,sans-serif;max-width:32em;margin:4em auto;padding:0 1em}"
    "button{font:inherit;padding:.6em 1.4em;cursor:pointer}";

constexpr std::string_view page_before_style =
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
    "<meta name=\"robots\" content=\"noindex\"><title>Unsubscribe</title><style>";

// Without an action a form posts to the address of its page.
constexpr std::string_view page_after_style =
    "</style></head><body><main><h1>Unsubscribe</h1>"
    "<p>You will get no more of these emails at this address.</p>"
    "<form method=\"post\">"
    "<input type=\"hidden\" name=\"List-Unsubscribe\" value=\"One-Click\">"
    "<button type=\"submit\">Unsubscribe</button></form></main></body></html>\n";

const std::string& page() {
    static const std::string text =
        std::string{page_before_style} + std::string{style} + std::string{page_after_style};
    return text;
}

const std::string& policy() {
    static const std::string text =
        "default-src 'none'; style-src 'sha256-" + to_base64(crypto::sha256(style)) +
        "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    return text;
}

// Of an address that is a secret of its reader: kept nowhere, told to nobody, found by nobody.
http::response answer(unsigned status, std::string_view type, std::string_view body) {
    http::response response;
    response.status = status;
    response.headers.add("Content-Type", std::string{type});
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("Content-Security-Policy", policy());
    response.headers.add("Referrer-Policy", "no-referrer");
    response.headers.add("X-Content-Type-Options", "nosniff");
    response.headers.add("X-Robots-Tag", "noindex, nofollow");
    response.body = body;
    return response;
}

http::response plain(unsigned status, std::string_view text) {
    return answer(status, "text/plain; charset=utf-8", text);
}

}  // namespace

http::response confirmation_page() {
    return answer(200, "text/html; charset=utf-8", page());
}

http::response unsubscribed() {
    return plain(200, "You are unsubscribed.\n");
}

http::response no_such_link() {
    return plain(404, "There is no such link.\n");
}

http::response not_one_click() {
    return plain(400, "A post here is List-Unsubscribe=One-Click.\n");
}

http::response not_now(const refusal& why) {
    auto response = plain(status_of(why.code), "Please try again in a moment.\n");
    response.headers.add("Retry-After", std::to_string(why.retry_after_seconds));
    return response;
}

}  // namespace vf::ingest_gateway
