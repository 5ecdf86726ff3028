#include <catch2/catch_test_macros.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <unordered_set>

#include "vf/base/assert.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/base/strong_id.hpp"

namespace {

vf::result<int> half(int number) {
    if (number % 2 != 0) {
        return vf::fail(vf::failure::data, "odd", "number");
    }
    return number / 2;
}

vf::result<std::string> half_as_text(int number) {
    auto halved = half(number);
    if (!halved) {
        return vf::forward(halved);
    }
    return std::to_string(*halved);
}

struct first_tag {};

using first_id = vf::strong_id<first_tag>;

}  // namespace

TEST_CASE("result: an error travels through results of other types unchanged") {
    CHECK(half_as_text(4) == "2");
    const auto failed = half_as_text(5);
    REQUIRE_FALSE(failed);
    CHECK(failed.error() == vf::error{vf::failure::data, "odd", "number"});
    CHECK_FALSE(failed.error().is_transient());
    CHECK(vf::error{.kind = vf::failure::transient, .code = "away", .detail = {}}.is_transient());
}

TEST_CASE("strong id: ids compare, sort and hash by their text") {
    CHECK(first_id{}.empty());
    CHECK(first_id{"a"} == first_id{"a"});
    CHECK(first_id{"a"} < first_id{"b"});
    CHECK(std::unordered_set<first_id>{first_id{"a"}, first_id{"a"}}.size() == 1);
}

TEST_CASE("clock: a manual clock stands until it is moved") {
    vf::manual_clock clock{vf::from_microseconds(5)};
    CHECK(vf::to_microseconds(clock.now()) == 5);
    clock.advance(std::chrono::milliseconds{1});
    CHECK(vf::to_microseconds(clock.now()) == 1005);
    clock.set(vf::from_microseconds(-1));
    CHECK(vf::to_microseconds(clock.now()) == -1);
}

TEST_CASE("clock: the system clock is the wall clock") {
    const vf::instant before = std::chrono::floor<vf::duration>(std::chrono::system_clock::now());
    const vf::instant now = vf::system_clock{}.now();
    CHECK(now >= before);
    CHECK(now < before + std::chrono::minutes{1});
}

TEST_CASE("assert: a broken invariant aborts and says where on standard error") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        // The test framework's handler would report the abort as a failure of this test.
        std::signal(SIGABRT, SIG_DFL);
        ::dup2(ends[1], STDERR_FILENO);
        vf::assertion_failed("two and two", "sums.cpp", 5);
    }
    ::close(ends[1]);
    std::array<char, 200> text{};
    const ssize_t size = ::read(ends[0], text.data(), text.size());
    ::close(ends[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGABRT);
    REQUIRE(size > 0);
    CHECK(
        std::string(text.data(), static_cast<std::size_t>(size)) ==
        "sums.cpp:5: assertion failed: two and two\n"
    );
    VF_ASSERT(size > 0);
}
