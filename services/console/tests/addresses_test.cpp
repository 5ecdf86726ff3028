#include "console/intake/addresses.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace vf::console;

namespace {

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("addresses: they are found wherever they stand, in lower case, each once") {
    CHECK(addresses_in("nobody") == texts{});
    CHECK(
        addresses_in(R"({"Recipient":"Ada@Example.com","x":["<ada@example.com>",{"y":"b@c.d."}]})"
        ) == texts{"ada@example.com", "b@c.d"}
    );
    CHECK(
        addresses_in("To: Ada <ada+x@a-b.example>, \"B\" <b@c.d>") ==
        texts{"ada+x@a-b.example", "b@c.d"}
    );
    CHECK(addresses_in("@a b@ @ @@ a@b") == texts{"a@b"});
}

TEST_CASE("addresses: an escape hides none, nor does a body that is no JSON") {
    CHECK(addresses_in(R"({"a":"ada\u0040example.com"})") == texts{"ada@example.com"});
    CHECK(addresses_in(R"({"a":"ada@example.com")") == texts{"ada@example.com"});
    CHECK(
        addresses_in("\xff"
                     R"(ada@example.com)") == texts{"\xff"
                                                    "ada@example.com"}
    );
    CHECK(addresses_in(R"({"ada@example.com":1})") == texts{"ada@example.com"});
}

TEST_CASE("addresses: of another, longer one they are no part") {
    CHECK(addresses_in(R"({"a":"not-ada@example.com"})") == texts{"not-ada@example.com"});
    CHECK(addresses_in(R"({"a":"ada@example.com.au"})") == texts{"ada@example.com.au"});
}
