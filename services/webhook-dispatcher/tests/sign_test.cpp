#include "webhook-dispatcher/attempt/sign.hpp"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>

namespace vf::webhook_dispatcher {

namespace {

using namespace std::chrono_literals;

// Digests from `openssl dgst -sha256 -hmac KEY`.
const signing_keys one{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", std::nullopt};
const signing_keys two{one.current, "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"};
const std::string body = R"({"type":"email.opened","id":"evt_1","created":1700000000,"data":{}})";
const instant timestamp = from_microseconds(1'700'000'000'999'999);

constexpr auto timestamped = domain::signature_form::timestamped;

}  // namespace

TEST_CASE("signature: the time and the body are signed with the secret as it is shown") {
    CHECK(
        sign(timestamped, body, timestamp, one) ==
        "t=1700000000,v1=93e6263b6de2802fbcc61163a24298fc2895636b5cf965d636da06a456384447"
    );
}

TEST_CASE("signature: while a secret rotates, both sign") {
    CHECK(
        sign(timestamped, body, timestamp, two) ==
        "t=1700000000,v1=93e6263b6de2802fbcc61163a24298fc2895636b5cf965d636da06a456384447"
        ",v1=111e27bd282577ba4207f176631669b0f47680613836088db69d6352d25f7685"
    );
}

TEST_CASE("signature: an endpoint may ask for the body alone") {
    CHECK(
        sign(domain::signature_form::body, body, timestamp, two) ==
        "t=1700000000,v1=634074bd6338878636b29865bf49c67148f005a86f5e3f6032fb74be82bb0813"
        ",v1=ccf63f6ac543252af78c7eb83551ff28e55eb9dcfacac591cf854a11b0116051"
    );
}

TEST_CASE("signature: every attempt signs with its own time") {
    CHECK(sign(timestamped, body, timestamp, one) != sign(timestamped, body, timestamp + 1s, one));
}

}  // namespace vf::webhook_dispatcher
