#include "webhook-dispatcher/attempt/classify.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <chrono>
#include <string>

#include "webhook-dispatcher/attempt/retry_after.hpp"

namespace vf::webhook_dispatcher {

namespace {

using namespace std::chrono_literals;

// Sun, 06 Nov 1994 08:49:37 GMT
const instant sunday = from_microseconds(784'111'777'000'000);

http::client_response make_response(unsigned status) {
    http::client_response response;
    response.status = status;
    return response;
}

}  // namespace

TEST_CASE("answers: only 2xx is delivered, only 410 is gone, all else is tried again") {
    struct row {
        unsigned status;
        meaning what;
    };

    const auto [status, what] = GENERATE(
        row{200, meaning::delivered}, row{204, meaning::delivered}, row{299, meaning::delivered},
        row{199, meaning::failed}, row{300, meaning::failed}, row{301, meaning::failed},
        row{307, meaning::failed}, row{400, meaning::failed}, row{401, meaning::failed},
        row{404, meaning::failed}, row{409, meaning::failed}, row{410, meaning::gone},
        row{411, meaning::failed}, row{429, meaning::failed}, row{500, meaning::failed},
        row{503, meaning::failed}, row{599, meaning::failed}
    );
    INFO(status);
    const classified classified = classify(make_response(status), sunday);
    CHECK(classified.what == what);
    CHECK(classified.status == status);
    CHECK_FALSE(classified.error);
    CHECK_FALSE(classified.not_before);
}

TEST_CASE("answers: no answer is a failure with its code") {
    const auto code = GENERATE(
        as<std::string>{}, "egress_refused", "url_invalid", "name_not_resolved", "connect_failed",
        "tls_failed", "timed_out", "connection_lost", "response_invalid"
    );
    const classified classified = classify(fail(failure::transient, code), sunday);
    CHECK(classified.what == meaning::failed);
    CHECK(classified.error == code);
    CHECK_FALSE(classified.status);
}

TEST_CASE("answers: a fault of ours is no attempt") {
    const auto code = GENERATE(
        as<std::string>{}, "secret_not_openable", "resolver_unavailable", "lookups_busy",
        "out_of_sockets", "tls_unavailable"
    );
    const classified classified = classify(fail(failure::transient, code), sunday);
    CHECK(classified.what == meaning::untried);
    CHECK(classified.error == code);
}

TEST_CASE("answers: Retry-After counts with 429 and 503 only") {
    for (const unsigned status : {429U, 503U, 500U, 302U, 410U}) {
        auto response = make_response(status);
        response.headers.add("retry-after", "120");
        const classified classified = classify(response, sunday);
        INFO(status);
        CHECK(classified.not_before.has_value() == (status == 429 || status == 503));
        if (classified.not_before) {
            CHECK(*classified.not_before == sunday + 120s);
        }
    }
}

TEST_CASE("Retry-After: seconds and dates are read, at most an hour ahead") {
    struct row {
        const char* value;
        duration ahead;
    };

    const auto [value, ahead] = GENERATE(
        row{"1", 1s}, row{" 30 ", 30s}, row{"3600", 1h}, row{"3601", 1h},
        row{"99999999999999999999999", 1h}, row{"Sun, 06 Nov 1994 08:50:37 GMT", 60s},
        row{"Mon, 07 Nov 1994 08:49:37 GMT", 1h}
    );
    INFO(value);
    CHECK(read_retry_after(value, sunday) == sunday + ahead);
}

TEST_CASE("Retry-After: what cannot be read, or is past, is as if it were not there") {
    const auto value = GENERATE(
        as<std::string>{}, "", "0", "-1", "1.5", "soon", "12 s", "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:50:37 CET", "Sunday, 06-Nov-94 08:50:37 GMT",
        "Sun, 31 Feb 1995 08:50:37 GMT", "Sun, 06 Nov 1995 24:00:00 GMT",
        "Sun, 06 Nox 1995 08:50:37 GMT", "Sun, -6 Nov 1995 08:50:37 GMT"
    );
    INFO(value);
    CHECK_FALSE(read_retry_after(value, sunday));
}

}  // namespace vf::webhook_dispatcher
