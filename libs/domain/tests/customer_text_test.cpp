#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <string_view>

#include "vf/domain/limits.hpp"
#include "vf/domain/mail_address.hpp"
#include "vf/domain/placeholder.hpp"

using namespace vf::domain;
using namespace std::string_view_literals;

namespace {

std::string many(std::size_t count, std::string_view text = "x") {
    std::string repeated;
    for (std::size_t i = 0; i < count; ++i) {
        repeated += text;
    }
    return repeated;
}

// Labels of 63 bytes as far as they go, and one of what is left.
std::string domain_of(std::size_t bytes) {
    std::string domain;
    while (bytes - domain.size() > 64) {
        domain += many(limits::dns_label_bytes) + ".";
    }
    return domain + many(bytes - domain.size());
}

}  // namespace

TEST_CASE("mail address: one mailbox is one, in any script") {
    const std::string_view text = GENERATE(
        "a@b.co"sv, "a@b", "first.last+tag@sub.example.com", "A.B@EXAMPLE.COM", "o'brien@x.ie",
        "!#$%&'*+-/=?^_`{|}~@x.com", "1@1.com", "a@1-2.com", "a@xn--bcher-kva.example",
        "jörg@bücher.example", "用户@例子.公司", "пример@пример.рф", "a@x.co.uk", "a@123.com"
    );
    CAPTURE(text);
    CHECK(is_mail_address(text));
}

TEST_CASE("mail address: anything more or less is none") {
    const std::string_view text = GENERATE(
        ""sv, "@", "a", "a@", "@b.co", "x,victim@example.com", "a;b@c.d", "a@c.d,b@c.d",
        "a@c.d;b@c.d", "a@x..com", "a@.x.com", "a@x.com.", "a@-x.com", "a@x-.com", "a@x.-com",
        "a@x_y.com", ".a@x.com", "a.@x.com", "a..b@x.com", "a@b@c.de", "a b@c.de", "a@b c.de",
        " a@b.co", "a@b.co ", "a@b.co\n", "a\tb@c.de", "a@b.co\x7f", "a\0b@c.de", "<a@b.co>",
        "Ann <a@b.co>", "\"a\"@b.co", "\"a b\"@c.de", "a(comment)@b.co", "a:b@c.de", "a\\b@c.de",
        "mailto:a@b.co", "a@[127.0.0.1]", "a@127.0.0.1", "a@x.1", "a@1", "a@x,y.com", "a@x/y.com",
        "a\u00a0b@c.de", "a@b.co\u200b", "a\u202e@c.de", "a\u3000@c.de", "\ufeffa@b.co", "a@x。com",
        "a@x．com", "a＠b.co", "a，b@c.de", "a；b@c.de", "a@b﹒co", "a@\u00ad.com"
    );
    CAPTURE(text);
    CHECK_FALSE(is_mail_address(text));
}

TEST_CASE("mail address: lengths are bytes, each part has its own") {
    CHECK(is_mail_address(many(64) + "@b.co"));
    CHECK_FALSE(is_mail_address(many(65) + "@b.co"));
    CHECK(is_mail_address(many(32, "é") + "@b.co"));
    CHECK_FALSE(is_mail_address(many(33, "é") + "@b.co"));
    CHECK(is_mail_address("a@" + many(63) + ".com"));
    CHECK_FALSE(is_mail_address("a@" + many(64) + ".com"));
    CHECK(is_mail_address(many(64) + "@" + domain_of(189)));
    CHECK_FALSE(is_mail_address(many(64) + "@" + domain_of(190)));
    CHECK(is_mail_address("a@" + domain_of(252)));
    CHECK_FALSE(is_mail_address("a@" + domain_of(253)));
}

TEST_CASE("placeholder: what stands for nothing, in any case and between blanks") {
    const std::string_view text = GENERATE(
        ""sv, " ", "\t\n", "undefined", "Undefined", "UNDEFINED", "null", "NULL", "Null", "NaN",
        "nan", "[object Object]", "[OBJECT OBJECT]", " undefined ", "null\n", "\u00a0",
        "\u200b\u3000\ufeff", "\u00a0null\u2003", "   \t  "
    );
    CAPTURE(text);
    CHECK(is_placeholder(text));
}

TEST_CASE("placeholder: any other text is an id") {
    const std::string_view text = GENERATE(
        "0"sv, "u1", "none", "false", "nullable", "null1", "n ull", "undefined user", "nan.a",
        "[object Object] ]", "[objectObject]", "[object  Object]", "object Object", "a b", "ñull",
        "-", "é", "[object Object]x", "null null null null null null"
    );
    CAPTURE(text);
    CHECK_FALSE(is_placeholder(text));
}
