#include "sqlstate.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

namespace vf::postgres {

namespace {

struct meaning {
    failure kind;
    std::string_view code;
};

constexpr meaning unavailable{failure::transient, "database_unavailable"};
constexpr meaning too_long{failure::transient, "database_timeout"};
constexpr meaning read_only{failure::transient, "database_read_only"};
constexpr meaning again{failure::transient, "database_conflict"};
constexpr meaning duplicate{failure::conflict, "unique_violation"};
constexpr meaning refused{failure::data, "database_refused"};
constexpr meaning broken{failure::permanent, "database_error"};

// What depends on the values of a statement, whose text is constant: data exceptions, violated
// constraints, two rows for one (21), a check option (44), and limits of the program (54), such as
// an index row that is too large. Not 53: the machine has run out of something, not the value.
bool is_about_content(std::string_view sqlstate) {
    constexpr std::array<std::string_view, 5> groups{"21", "22", "23", "44", "54"};
    return std::ranges::find(groups, sqlstate.substr(0, 2)) != groups.end();
}

meaning meaning_of(std::string_view sqlstate) {
    const std::string_view group = sqlstate.substr(0, 2);
    if (sqlstate == "23505") {
        return duplicate;
    }
    if (sqlstate == "57014") {
        return too_long;
    }
    // A standby, or a primary that was made one: in time there will be another, or this one again.
    if (sqlstate == "25006") {
        return read_only;
    }
    // The message of ours did not fit the protocol: more tries would not fit better.
    if (sqlstate == "08P01") {
        return broken;
    }
    // The server ended a session that sat in a transaction for too long.
    if (sqlstate == "25P03" || sqlstate == "25P04") {
        return unavailable;
    }
    if (group == "08" || group == "53" || group == "55" || group == "57") {
        return unavailable;
    }
    if (group == "40") {
        return again;
    }
    if (is_about_content(sqlstate)) {
        return refused;
    }
    return broken;
}

// "ERROR:  what happened\nDETAIL: …" becomes "what happened".
std::string_view primary_message(std::string_view message) {
    message = message.substr(0, message.find('\n'));
    const auto severity_end = message.find(":  ");
    if (severity_end != std::string_view::npos) {
        message.remove_prefix(severity_end + 3);
    }
    return message;
}

std::string without_quoted(std::string_view message) {
    const auto first = message.find('"');
    const auto last = message.rfind('"');
    if (first == last) {
        return std::string{message.substr(0, first)};
    }
    return fmt::format("{}\"…\"{}", message.substr(0, first), message.substr(last + 1));
}

}  // namespace

error error_of_sqlstate(std::string_view sqlstate, std::string_view message) {
    const meaning is = meaning_of(sqlstate);
    const std::string_view primary = primary_message(message);
    const bool about_data = sqlstate.starts_with("22") || sqlstate.starts_with("54");
    return {
        is.kind,
        std::string{is.code},
        fmt::format("{} {}", sqlstate, about_data ? without_quoted(primary) : std::string{primary}),
    };
}

error database_unavailable(std::string_view message) {
    return {unavailable.kind, std::string{unavailable.code}, std::string{message}};
}

error out_of_memory() {
    return {failure::transient, "out_of_memory", {}};
}

}  // namespace vf::postgres
