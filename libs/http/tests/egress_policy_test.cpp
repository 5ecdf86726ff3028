#include "vf/http/egress_policy.hpp"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace vf::http {

namespace {

struct range_row {
    const char* range;
    const char* first;
    const char* last;
    // Just outside, where that is not itself in another forbidden range; empty else.
    const char* before;
    const char* after;
};

const url https_name{true, "hooks.example.com", 443, "/"};
const url http_name{false, "hooks.example.com", 80, "/"};

bool goes(const egress_policy& policy, const char* address) {
    return policy.check_addresses(https_name, {ip_address::parse(address).value()}).has_value();
}

}  // namespace

TEST_CASE("egress policy: every special range is refused and its neighbours are not") {
    const std::vector<range_row> rows{
        {"0.0.0.0/8", "0.0.0.0", "0.255.255.255", "", "1.0.0.0"},
        {"10.0.0.0/8", "10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"},
        {"100.64.0.0/10", "100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"},
        {"127.0.0.0/8", "127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"},
        {"169.254.0.0/16", "169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"},
        {"172.16.0.0/12", "172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"},
        {"192.0.0.0/24", "192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"},
        {"192.0.2.0/24", "192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"},
        {"192.88.99.0/24", "192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"},
        {"192.168.0.0/16", "192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"},
        {"198.18.0.0/15", "198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"},
        {"198.51.100.0/24", "198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"},
        {"203.0.113.0/24", "203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"},
        {"224.0.0.0/4", "224.0.0.0", "239.255.255.255", "223.255.255.255", ""},
        {"240.0.0.0/4", "240.0.0.0", "255.255.255.254", "", ""},
        {"255.255.255.255", "255.255.255.255", "255.255.255.255", "", ""},
        {"::/8", "::", "ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "100:0:0:1::"},
        {"64:ff9b:1::/48", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "", ""},
        {"100::/64", "100::", "100::ffff:ffff:ffff:ffff", "", "100:0:0:1::"},
        {"2001::/23", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
         "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"},
        {"2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
         "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"},
        {"2002::/16", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::"},
        {"3fff::/20", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
         "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"},
        {"5f00::/16", "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "5f01::"},
        {"fc00::/7", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe00::"},
        {"fe80::/10", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
        {"fec0::/10", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""},
        {"ff00::/8", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""},
    };
    const egress_policy policy;
    for (const auto& row : rows) {
        INFO(row.range);
        CHECK_FALSE(goes(policy, row.first));
        CHECK_FALSE(goes(policy, row.last));
        for (const char* outside : {row.before, row.after}) {
            if (*outside != '\0') {
                INFO(outside);
                CHECK(goes(policy, outside));
            }
        }
    }
}

TEST_CASE("egress policy: other spellings of an IPv4 address are judged as it") {
    const egress_policy policy;
    for (const char* refused :
         {"::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::ffff:0:127.0.0.1",
          "64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b::169.254.169.254", "::1",
          "::", "2002:7f00:1::", "fd00:ec2::254", "::8.8.8.8", "64:ff9b:1::8.8.8.8"}) {
        INFO(refused);
        CHECK_FALSE(goes(policy, refused));
    }
    for (const char* public_one : {"::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "64:ff9b::808:808"}) {
        INFO(public_one);
        CHECK(goes(policy, public_one));
    }
}

TEST_CASE("egress policy: the global parts of 2001::/23 stay reachable") {
    const egress_policy policy;
    for (const char* global :
         {"2001:1::1", "2001:1::2", "2001:1::3", "2001:3::1", "2001:4:112::1", "2001:20::1",
          "2001:2f:ffff::1", "2001:30::1"}) {
        INFO(global);
        CHECK(goes(policy, global));
    }
    for (const char* beside :
         {"2001:1::4", "2001:2::1", "2001:4:111::1", "2001:4:113::1", "2001:10::1", "2001:40::1",
          "2001:0:1::1"}) {
        INFO(beside);
        CHECK_FALSE(goes(policy, beside));
    }
}

TEST_CASE("egress policy: one forbidden address of a name refuses all") {
    const egress_policy policy;
    const std::vector<ip_address> mixed{*ip_address::parse("8.8.8.8"), *ip_address::parse("::1")};
    const auto checked = policy.check_addresses(https_name, mixed);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == "egress_refused");
    CHECK(checked.error().kind == failure::data);
    CHECK(checked.error().detail == "::1 lies in ::/8");
    CHECK_FALSE(policy.check_addresses(https_name, {}));
}

TEST_CASE("egress policy: plain http goes to opened ranges only") {
    const auto policy = egress_policy::parse("127.0.0.0/8, fd00::/8").value();
    CHECK(policy.check_addresses(http_name, {*ip_address::parse("127.0.0.1")}));
    CHECK(policy.check_addresses(http_name, {*ip_address::parse("fd00::1")}));
    CHECK_FALSE(policy.check_addresses(http_name, {*ip_address::parse("8.8.8.8")}));
    CHECK(policy.check_addresses(https_name, {*ip_address::parse("8.8.8.8")}));
    CHECK_FALSE(policy.check_addresses(https_name, {*ip_address::parse("10.0.0.1")}));
    CHECK_FALSE(egress_policy{}.check_url(http_name));
    CHECK(policy.check_url(http_name));
}

TEST_CASE("egress policy: a URL is judged before any look-up where it can be") {
    const egress_policy closed;
    const auto loopback = egress_policy::parse("127.0.0.1").value();

    struct row {
        const char* text;
        bool by_closed;
        bool by_loopback;
        bool by_open;
    };

    const std::vector<row> rows{
        {"https://example.com/", true, true, true},
        {"http://example.com/", false, true, true},  // its addresses are judged later
        {"https://127.0.0.1/", false, true, true},
        {"http://127.0.0.1/", false, true, true},
        {"https://localhost/", false, true, true},
        {"https://LOCALHOST./", false, true, true},
        {"https://127.0.0.2/", false, false, true},
        {"https://[::1]/", false, false, true},
        {"https://[::ffff:127.0.0.1]/", false, true, true},
        {"https://8.8.8.8/", true, true, true},
        {"http://8.8.8.8/", false, false, true},
        {"https://intranet/", false, false, true},
        {"https://kubernetes.default/", true, true, true},  // never looked up with a search domain
    };
    for (const auto& each : rows) {
        INFO(each.text);
        const auto target = url::parse(each.text).value();
        CHECK(closed.check_url(target).has_value() == each.by_closed);
        CHECK(loopback.check_url(target).has_value() == each.by_loopback);
        CHECK(egress_policy::open().check_url(target).has_value() == each.by_open);
    }
    CHECK(egress_policy::open().is_open());
    CHECK_FALSE(egress_policy::parse("0.0.0.0/0").value().is_open());
}

TEST_CASE("egress policy: ranges are read, and a wrong one is named") {
    CHECK(egress_policy::parse("").value().allowed.empty());
    CHECK(egress_policy::parse("  ").value().allowed.empty());
    CHECK(egress_policy::parse("10.0.0.0/8,::1, 192.168.1.1").value().allowed.size() == 3);
    for (const char* wrong :
         {"10.0.0.0/33", "::/129", "10/8", "10.0.0.0/", "10.0.0.0/a", "x", ",", "10.0.0.0/8,",
          "10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0.0/0008"}) {
        INFO(wrong);
        const auto read = egress_policy::parse(wrong);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == "range_invalid");
    }
}

TEST_CASE("ip range: contains the addresses of its prefix") {
    const auto range = ip_range::parse("10.32.0.0/11").value();
    CHECK(range.contains(*ip_address::parse("10.63.255.255")));
    CHECK_FALSE(range.contains(*ip_address::parse("10.64.0.0")));
    CHECK_FALSE(range.contains(*ip_address::parse("10.31.255.255")));
    const auto all_v4 = ip_range::parse("0.0.0.0/0").value();
    CHECK(all_v4.contains(*ip_address::parse("255.1.2.3")));
    CHECK_FALSE(all_v4.contains(*ip_address::parse("::1")));
}

TEST_CASE("ip address: is read strictly and written canonically") {
    CHECK(ip_address::parse("192.0.2.1")->text() == "192.0.2.1");
    CHECK(ip_address::parse("::ffff:192.0.2.1")->text() == "192.0.2.1");
    CHECK(ip_address::parse("2001:DB8:0:0::1")->text() == "2001:db8::1");
    CHECK(ip_address::parse("::ffff:192.0.2.1") == ip_address::parse("192.0.2.1"));
    for (const char* wrong :
         {"", "1.2.3", "01.2.3.4", "1.2.3.4 ", "1.2.3.256", "::1%lo", ":::", "[::1]", "0x7f.0.0.1"
         }) {
        INFO(wrong);
        CHECK_FALSE(ip_address::parse(wrong));
    }
}

}  // namespace vf::http
