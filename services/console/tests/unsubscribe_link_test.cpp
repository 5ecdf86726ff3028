#include <string>

#include <catch2/catch_test_macros.hpp>

#include "console/resources/unsubscribe_link.hpp"
#include "console/tests/fields_of.hpp"
#include "vf/base/text.hpp"

using namespace vf;
using namespace vf::console;

TEST_CASE("unsubscribe link: the headers of RFC 8058, and both tokens are read again") {
    const auto keys = mail::link_keys::parse("1:" + to_base64(std::string(32, 'k')));
    REQUIRE(keys);
    const mail::unsubscribe_link link{
        domain::project_id{"prj_1"}, 17,
        domain::draft_id{domain::id_from_digest("drf_", std::string(32, 'd'))}
    };
    const auto links = make_links(*keys, "https://in.example.com/vf", link);
    const std::string before = "https://in.example.com/vf/u/";
    REQUIRE(links.url.starts_with(before));
    CHECK(mail::read_unsubscribe_token(*keys, links.url.substr(before.size())) == link);
    CHECK(links.list_unsubscribe == "<" + links.url + ">");
    CHECK(links.list_unsubscribe_post == "List-Unsubscribe=One-Click");
    CHECK(mail::read_mailbox_hash(*keys, link.project, links.reply_to_hash) == link.draft);
    CHECK(
        fields_of(links) ==
        field_names{"url", "list_unsubscribe", "list_unsubscribe_post", "reply_to_hash"}
    );
}
