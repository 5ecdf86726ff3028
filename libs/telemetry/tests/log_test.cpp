#include "vf/telemetry/log.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/base/time_text.hpp"

namespace {

using namespace std::string_view_literals;
using vf::telemetry::level;
using vf::telemetry::logger;

// What standard output receives while this lives goes to a file without a name.
class captured_output {
public:
    captured_output() : kept_{::dup(STDOUT_FILENO)}, file_{std::tmpfile()} {
        ::dup2(::fileno(file_), STDOUT_FILENO);
    }

    captured_output(const captured_output&) = delete;
    captured_output& operator=(const captured_output&) = delete;

    ~captured_output() {
        restore();
        std::fclose(file_);
    }

    std::string text() {
        restore();
        std::string all;
        std::array<char, 4096> part{};
        std::rewind(file_);
        while (const std::size_t size = std::fread(part.data(), 1, part.size(), file_)) {
            all.append(part.data(), size);
        }
        return all;
    }

private:
    void restore() {
        if (kept_ >= 0) {
            ::dup2(kept_, STDOUT_FILENO);
            ::close(kept_);
            kept_ = -1;
        }
    }

    int kept_;
    std::FILE* file_;
};

// The line without its time, which is checked on the way.
std::string without_time(const std::string& line) {
    constexpr std::string_view before = R"({"ts":")";
    constexpr std::size_t time_size = 27;
    REQUIRE(line.starts_with(before));
    const auto timestamp = vf::parse_instant(line.substr(before.size(), time_size));
    REQUIRE(timestamp);
    CHECK(*timestamp > vf::system_clock{}.now() - std::chrono::minutes{1});
    CHECK(*timestamp <= vf::system_clock{}.now());
    CHECK(line.substr(before.size() + time_size, 2) == "\",");
    return line.substr(before.size() + time_size + 2);
}

std::string logged(std::string_view message, vf::telemetry::fields more = {}) {
    vf::telemetry::start_logging("tester", level::info);
    captured_output output;
    logger{"log_test"}.warning(message, more);
    return without_time(output.text());
}

const std::string start = R"("level":"warning","service":"tester","module":"log_test","msg":)";

struct escape_case {
    std::string_view text;
    std::string_view json;
};

}  // namespace

TEST_CASE("log: a line holds the fixed fields and then those of the caller") {
    const std::string owned = "owned";
    CHECK(logged("plain") == start + "\"plain\"}\n");
    CHECK(
        logged(
            "all", {{"view", "v"sv},
                    {"string", owned},
                    {"literal", "l"},
                    {"signed", -5},
                    {"unsigned", 7U},
                    {"large", std::numeric_limits<std::int64_t>::max()},
                    {"real", 0.25},
                    {"whole", 2.0},
                    {"truth", true}}
        ) == start + R"("all","view":"v","string":"owned","literal":"l","signed":-5,"unsigned":7,)"
                     R"("large":9223372036854775807,"real":0.25,"whole":2,"truth":true})"
                     "\n"
    );
}

TEST_CASE("log: a number that JSON does not know is null") {
    CHECK(
        logged(
            "m", {{"a", std::numeric_limits<double>::infinity()},
                  {"b", std::numeric_limits<double>::quiet_NaN()}}
        ) == start + R"("m","a":null,"b":null})"
                     "\n"
    );
}

TEST_CASE("log: text is escaped, and what is not UTF-8 is replaced") {
    const auto [text, json] = GENERATE(
        escape_case{"", R"("")"}, escape_case{"\"\\", R"("\"\\")"},
        escape_case{"a\nb", R"("a\nb")"},
        escape_case{"\0\x01\t\x1f"sv, R"("\u0000\u0001\u0009\u001f")"},
        escape_case{"é€😀", "\"é€😀\""}, escape_case{"a\xff\"b", "\"a\ufffd\\\"b\""},
        escape_case{"\xc3", "\"\ufffd\""}, escape_case{"\xe2\x82x", "\"\ufffd\ufffdx\""},
        escape_case{"é\x80€", "\"é\ufffd€\""}, escape_case{"\xed\xa0\x80", "\"\ufffd\ufffd\ufffd\""}
    );
    const std::string expected{json};
    CHECK(logged(text) == start + expected + "}\n");
    CHECK(logged("m", {{text, text}}) == start + "\"m\"," + expected + ":" + expected + "}\n");
}

TEST_CASE("log: what is below the lowest level is not written") {
    const std::array names{"debug"sv, "info"sv, "warning"sv, "error"sv};
    for (std::size_t lowest = 0; lowest < names.size(); ++lowest) {
        vf::telemetry::start_logging("tester", *vf::telemetry::parse_level(names.at(lowest)));
        std::string text;
        {
            captured_output output;
            const logger log{"m"};
            log.debug("x");
            log.info("x");
            log.warning("x");
            log.error("x");
            text = output.text();
        }
        for (std::size_t index = 0; index < names.size(); ++index) {
            const std::string written = "\"level\":\"" + std::string{names.at(index)} + "\"";
            CAPTURE(lowest, index, text);
            CHECK((text.find(written) != std::string::npos) == (index >= lowest));
        }
    }
}

TEST_CASE("log: a level that nobody knows is refused") {
    for (const std::string_view text : {"", "INFO", "warn", "trace", "info "}) {
        const auto parsed = vf::telemetry::parse_level(text);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().kind == vf::failure::data);
        CHECK(parsed.error().code == "invalid_log_level");
    }
}

TEST_CASE("log: lines of several threads never mix, however long they are") {
    vf::telemetry::start_logging("tester", level::info);
    // Longer than what a pipe takes in one piece, and than its whole buffer in sum.
    constexpr std::size_t message_size = 9000;
    constexpr int each = 50;
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const int kept = ::dup(STDOUT_FILENO);
    ::dup2(ends[1], STDOUT_FILENO);
    std::string received;
    {
        std::jthread reader{[&received, from = ends[0]] {
            std::array<char, 4096> part{};
            ssize_t size = 0;
            while ((size = ::read(from, part.data(), part.size())) > 0) {
                received.append(part.data(), static_cast<std::size_t>(size));
            }
        }};
        {
            std::vector<std::jthread> writers;
            for (const char letter : {'a', 'b', 'c'}) {
                writers.emplace_back([letter] {
                    const std::string message(message_size, letter);
                    for (int i = 0; i < each; ++i) {
                        logger{"m"}.info(message);
                    }
                });
            }
        }
        ::dup2(kept, STDOUT_FILENO);
        ::close(kept);
        ::close(ends[1]);
    }
    ::close(ends[0]);
    std::istringstream lines{received};
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        const char letter = line.at(line.size() - 3);
        REQUIRE(line.ends_with("\"msg\":\"" + std::string(message_size, letter) + "\"}"));
    }
    CHECK(count == 3 * each);
}
