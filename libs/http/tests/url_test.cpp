#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "vf/http/egress_policy.hpp"

namespace vf::http {

namespace {

struct url_row {
    const char* text;
    url read;
    const char* authority;
};

}  // namespace

TEST_CASE("url: its parts are read") {
    const std::vector<url_row> rows{
        {"https://example.com", {true, "example.com", 443, "/"}, "example.com"},
        {"HTTPS://Example.COM/A?b=C", {true, "example.com", 443, "/A?b=C"}, "example.com"},
        {"http://example.com", {false, "example.com", 80, "/"}, "example.com"},
        {"https://example.com?x", {true, "example.com", 443, "/?x"}, "example.com"},
        {"https://example.com./p", {true, "example.com", 443, "/p"}, "example.com"},
        {"https://example.com:8443/", {true, "example.com", 8443, "/"}, "example.com:8443"},
        {"https://example.com:443/", {true, "example.com", 443, "/"}, "example.com"},
        {"http://example.com:443/", {false, "example.com", 443, "/"}, "example.com:443"},
        {"http://[::1]:80", {false, "::1", 80, "/"}, "[::1]"},
        {"https://[2001:DB8::1]:8443/x", {true, "2001:db8::1", 8443, "/x"}, "[2001:db8::1]:8443"},
        {"https://127.0.0.1/", {true, "127.0.0.1", 443, "/"}, "127.0.0.1"},
        {"https://127.0.0.1./", {true, "127.0.0.1", 443, "/"}, "127.0.0.1"},
        {"https://localhost:9/", {true, "localhost", 9, "/"}, "localhost:9"},
        {"https://a-b.c_d.example/%2F@x:y",
         {true, "a-b.c_d.example", 443, "/%2F@x:y"},
         "a-b.c_d.example"},
        {"https://example.com:00443/", {true, "example.com", 443, "/"}, "example.com"},
        {"https://example.com/?q=a/b?c:d@e&f=%5B%5D!$'()*+,;=~",
         {true, "example.com", 443, "/?q=a/b?c:d@e&f=%5B%5D!$'()*+,;=~"},
         "example.com"},
        // Not of RFC 3986, and sent by the customers of many.
        {"https://example.com/a[b]?c[]=%zz&d=%",
         {true, "example.com", 443, "/a[b]?c[]=%zz&d=%"},
         "example.com"},
        {"https://1.example.com:65535", {true, "1.example.com", 65535, "/"}, "1.example.com:65535"},
    };
    for (const auto& row : rows) {
        INFO(row.text);
        const auto read = url::parse(row.text);
        REQUIRE(read);
        CHECK(read->tls == row.read.tls);
        CHECK(read->host == row.read.host);
        CHECK(read->port == row.read.port);
        CHECK(read->target == row.read.target);
        CHECK(read->authority() == row.authority);
    }
}

TEST_CASE("url: what two readers could read as two hosts is refused") {
    const std::string long_label(64, 'a');
    const std::vector<std::string> rows{
        "",
        "https://",
        "https:///path",
        "https://?q",
        "https://:443",
        "example.com",
        "//example.com",
        "ftp://example.com",
        "javascript:alert(1)",
        "https:/example.com",
        "https://user@example.com",
        "https://user:pass@example.com",
        "https://@example.com",
        "https://example.com@127.0.0.1/",
        "https://example.com#@127.0.0.1/",
        "https://example.com#f",
        "https://example.com\\@127.0.0.1/",
        "https://example.com\\.evil.example/",
        "https://[example.com]/",
        "https://[127.0.0.1]/",
        "https://[::1",
        "https://::1/",
        "https://[::1]x/",
        "https://[::1]:/",
        "https://[fe80::1%25eth0]/",
        "https://[]/",
        "https://a[::1]/",
        "https://[::1][::2]/",
        "https://[::ffff:0x7f.1]/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0X7f.1/",
        "https://127.1/",
        "https://0177.0.0.1/",
        "https://127.0.0.01/",
        "https://1.2.3.4.5/",
        "https://256.0.0.1/",
        "https://127.0.0.1.2130706433/",
        "https://example.0x7f/",
        "https://example.com:0/",
        "https://example.com:65536/",
        "https://example.com:99999999/",
        "https://example.com:-1/",
        "https://example.com:80:80/",
        "https://example.com:/",
        "https://example.com:8a/",
        "https://exa mple.com/",
        "https://example.com:000443/",
        "https://example.com:65537/",
        "https://[v1.a:b]/",
        "https://exa%6dple.com/",
        "https://example.com/a b",
        "https://example.com/a|b",
        "https://example.com/a\"b",
        "https://example.com/{a}",
        "https://example.com/a^b`c",
        "https://example.com/<a>",
        "https://example.com/\r\nX: y",
        "https://example.com/\n",
        " https://example.com",
        "https://example.com\t/",
        "https://ex\u00e4mple.com/",
        "https://example.com/\u00e4",
        "https://%31%32%37.0.0.1/",
        "https://example%2ecom/",
        "https://.example.com/",
        "https://example..com/",
        "https://example.com../",
        "https://./",
        "https://-a.example/",
        "https://a-.example/",
        "https://" + long_label + ".example/",
        "https://" + std::string(300, 'a') + "/",
        "https://a.example/" + std::string(9'000, 'a'),
        std::string{"https://a.example/\0", 19},
        std::string{"https://a\0.example/", 19},
    };
    for (const auto& row : rows) {
        INFO(row);
        const auto read = url::parse(row);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == "url_invalid");
        CHECK(read.error().kind == failure::data);
    }
}

}  // namespace vf::http
