#include "sqlstate.hpp"

#include <string>

#include <fmt/format.h>

namespace vf::postgres {

namespace {

struct meaning {
    failure kind;
    std::string_view code;
};

constexpr meaning unavailable{failure::transient, "database_unavailable"};
constexpr meaning again{failure::transient, "database_conflict"};
constexpr meaning duplicate{failure::conflict, "unique_violation"};
constexpr meaning refused{failure::data, "database_refused"};
constexpr meaning broken{failure::permanent, "database_error"};

meaning meaning_of(std::string_view sqlstate) {
    const std::string_view group = sqlstate.substr(0, 2);
    if (sqlstate == "23505") {
        return duplicate;
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
    if (group == "22" || group == "23") {
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
    const bool about_data = sqlstate.starts_with("22");
    return {
        is.kind,
        std::string{is.code},
        fmt::format("{} {}", sqlstate, about_data ? without_quoted(primary) : std::string{primary}),
    };
}

error database_unavailable(std::string_view message) {
    return {unavailable.kind, std::string{unavailable.code}, std::string{message}};
}

}  // namespace vf::postgres
