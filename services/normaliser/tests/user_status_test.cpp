#include "normaliser/users/user_status.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "normaliser/users/mail_address.hpp"
#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

const instant noon = *parse_instant("2024-11-20T12:00:00Z");

std::string status(const user_permission& user, const address_causes& address = {}) {
    return std::string{name_of(status_of(user, address, noon))};
}

}  // namespace

TEST_CASE("user status: of several reasons the first holds") {
    user_permission user{.has_email = true, .opted_out = true, .complained = true, .paused = true};
    CHECK(status(user) == "unsubscribed");
    user.opted_out = false;
    CHECK(status(user, {.unsubscribed = true}) == "unsubscribed");
    CHECK(status(user) == "suppressed");
    user.complained = false;
    CHECK(status(user, {.suppressed = true}) == "suppressed");
    CHECK(status(user) == "paused");
    user.paused = false;
    CHECK(status(user) == "active");
    user.has_email = false;
    CHECK(status(user) == "no_email");
    // Of no address nothing stands.
    CHECK(status(user, {.unsubscribed = true, .suppressed = true}) == "no_email");
}

TEST_CASE("user status: a pause ends when its time is over") {
    user_permission user{.has_email = true, .paused = true};
    user.paused_until = noon + std::chrono::microseconds{1};
    CHECK(status(user) == "paused");
    user.paused_until = noon;
    CHECK(status(user) == "active");
}

TEST_CASE("mail address: letters of either case are one, white space around is none") {
    CHECK(mail_address_key(" First@Example.COM\r\n") == "first@example.com");
    CHECK(mail_address_key(" ").empty());
    CHECK(mail_address_digest("A@b.c") == mail_address_digest("a@B.C"));
    CHECK(mail_address_digest("a@b.c") != mail_address_digest("a@b.d"));
}
