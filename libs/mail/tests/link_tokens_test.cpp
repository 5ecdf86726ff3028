#include "vf/mail/link_tokens.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "vf/base/text.hpp"

namespace {

using vf::domain::draft_id;
using vf::domain::project_id;
using vf::mail::link_keys;
using vf::mail::make_mailbox_hash;
using vf::mail::make_unsubscribe_token;
using vf::mail::read_mailbox_hash;
using vf::mail::read_unsubscribe_token;
using vf::mail::unsubscribe_link;

std::string key_text(char fill) {
    return vf::to_base64(std::string(32, fill));
}

link_keys one_key() {
    return *link_keys::parse("1:" + key_text('a'));
}

link_keys two_keys() {
    return *link_keys::parse("2:" + key_text('b') + ",1:" + key_text('a'));
}

project_id some_project() {
    return project_id{"prj_01jq3v5w7x8y9z0a1b2c3d4e5f"};
}

draft_id some_draft() {
    return draft_id{"drf_01jq3v5w7x8y9z0a1b2c3d4e5g"};
}

unsubscribe_link some_link() {
    return {some_project(), 123, some_draft()};
}

bool is_url_safe(std::string_view text) {
    return text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
           ) == std::string_view::npos;
}

}  // namespace

TEST_CASE("link keys: what is not a list of versions and keys is refused, and not shown") {
    const auto key = key_text('a');
    for (const std::string& text : std::initializer_list<std::string>{
             "", " ", key, "1:", "0:" + key, "-1:" + key, "a:" + key, "4294967296:" + key,
             "1:" + key + ",", "1:" + key + ",1:" + key_text('b'), "1:" + key.substr(1),
             "1:" + vf::to_base64("short"), "1 :" + key, "1:" + key + ";2:" + key
         }) {
        CAPTURE(text);
        const auto parsed = link_keys::parse(text);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().code == "link_keys_invalid");
        CHECK(parsed.error().detail.find(key.substr(2, 8)) == std::string::npos);
    }
    CHECK(link_keys::parse("1:" + key + "\n"));
    CHECK(link_keys::parse("4294967295:" + key));
}

TEST_CASE("unsubscribe token: what was made is read, with and without a draft") {
    const auto keys = one_key();
    for (const auto user :
         {std::int64_t{1}, std::numeric_limits<std::int64_t>::max(), std::int64_t{-1}}) {
        const unsubscribe_link linked{some_project(), user, some_draft()};
        const unsubscribe_link bare{some_project(), user, std::nullopt};
        const auto token = make_unsubscribe_token(keys, linked);
        CHECK(is_url_safe(token));
        CHECK(token.size() <= vf::mail::unsubscribe_token_characters);
        CHECK(read_unsubscribe_token(keys, token) == linked);
        CHECK(read_unsubscribe_token(keys, make_unsubscribe_token(keys, bare)) == bare);
    }
}

TEST_CASE("unsubscribe token: it names its bytes in one way, and stays so") {
    CHECK(
        make_unsubscribe_token(one_key(), some_link()) ==
        "AQAAAAEAAAAAAAAAex5wcmpfMDFqcTN2NXc3eDh5OXowYTFiMmMzZDRlNWZkcmZfMDFqcTN2NXc3eDh5OXowYTFi"
        "MmMzZDRlNWe5gLzuqSKZSj-dHVdyi8C9"
    );
}

TEST_CASE("unsubscribe token: altered at any place, cut or longer, it is not read") {
    const auto keys = one_key();
    const auto token = make_unsubscribe_token(keys, some_link());
    for (std::size_t i = 0; i < token.size(); ++i) {
        CAPTURE(i);
        for (const char other : std::string_view{"Aa0-_+/=.% \n"}) {
            auto altered = token;
            altered[i] = other;
            CHECK((other == token[i] || !read_unsubscribe_token(keys, altered)));
        }
        CHECK_FALSE(read_unsubscribe_token(keys, token.substr(0, i)));
        CHECK_FALSE(read_unsubscribe_token(keys, token.substr(i + 1)));
    }
    for (const auto* const tail : {"A", "=", "==", "AAAA", " "}) {
        CHECK_FALSE(read_unsubscribe_token(keys, token + tail));
    }
    CHECK_FALSE(read_unsubscribe_token(keys, token + token));
    CHECK_FALSE(read_unsubscribe_token(keys, ""));
    CHECK_FALSE(read_unsubscribe_token(keys, std::string(100'000, 'A')));
}

TEST_CASE("unsubscribe token: every bit counts, the last characters have no stray ones") {
    const auto keys = one_key();
    // A length that leaves bits over in the last character.
    const auto token = make_unsubscribe_token(keys, {project_id{"prj_4"}, 5, std::nullopt});
    REQUIRE(token.size() % 4 != 0);
    std::size_t accepted = 0;
    for (const char last :
         std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"}) {
        auto altered = token;
        altered.back() = last;
        accepted += read_unsubscribe_token(keys, altered) ? 1U : 0U;
    }
    CHECK(accepted == 1);
}

TEST_CASE("unsubscribe token: the highest version signs, every version that is there verifies") {
    const auto older = one_key();
    const auto both = two_keys();
    const auto newest = *link_keys::parse("2:" + key_text('b'));
    const auto by_older = make_unsubscribe_token(older, some_link());
    const auto by_newest = make_unsubscribe_token(both, some_link());
    CHECK(by_newest == make_unsubscribe_token(newest, some_link()));
    CHECK(read_unsubscribe_token(both, by_older) == some_link());
    CHECK(read_unsubscribe_token(both, by_newest) == some_link());
    CHECK_FALSE(read_unsubscribe_token(older, by_newest));
    CHECK_FALSE(read_unsubscribe_token(newest, by_older));
    // The same version under another key.
    CHECK_FALSE(read_unsubscribe_token(*link_keys::parse("1:" + key_text('b')), by_older));
}

TEST_CASE("mailbox hash: lower-case letters, digits and one dot, read in any case") {
    const auto keys = one_key();
    const auto hash = make_mailbox_hash(keys, some_project(), some_draft());
    CHECK(hash.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.") == std::string::npos);
    CHECK(std::ranges::count(hash, '.') == 1);
    CHECK(hash.size() == 43);
    CHECK(read_mailbox_hash(keys, some_project(), hash) == some_draft());
    std::string upper = hash;
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    CHECK(read_mailbox_hash(keys, some_project(), upper) == some_draft());
}

TEST_CASE("mailbox hash: altered, cut or of another project it is not read") {
    const auto keys = one_key();
    const auto hash = make_mailbox_hash(keys, some_project(), some_draft());
    for (std::size_t i = 0; i < hash.size(); ++i) {
        CAPTURE(i);
        auto altered = hash;
        altered[i] = hash[i] == '7' ? '8' : '7';
        CHECK_FALSE(read_mailbox_hash(keys, some_project(), altered));
        CHECK_FALSE(read_mailbox_hash(keys, some_project(), hash.substr(0, i)));
    }
    CHECK_FALSE(read_mailbox_hash(keys, some_project(), hash + "0"));
    CHECK_FALSE(read_mailbox_hash(keys, some_project(), hash + ".0"));
    CHECK_FALSE(read_mailbox_hash(keys, some_project(), "drf_" + hash));
    CHECK_FALSE(read_mailbox_hash(keys, project_id{"prj_01jq3v5w7x8y9z0a1b2c3d4e5g"}, hash));
    CHECK_FALSE(read_mailbox_hash(keys, some_project(), std::string(1'000'000, '.')));
}

TEST_CASE("mailbox hash: an older key verifies, one that is gone does not") {
    const auto by_older = make_mailbox_hash(one_key(), some_project(), some_draft());
    CHECK(read_mailbox_hash(two_keys(), some_project(), by_older) == some_draft());
    CHECK_FALSE(read_mailbox_hash(*link_keys::parse("2:" + key_text('b')), some_project(), by_older)
    );
}

TEST_CASE("mailbox hash: what is no draft's id has none") {
    for (const auto* const id : {"", "drf_42", "prj_01jq3v5w7x8y9z0a1b2c3d4e5f"}) {
        CHECK(make_mailbox_hash(one_key(), some_project(), draft_id{id}).empty());
    }
}
