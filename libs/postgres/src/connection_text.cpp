#include "connection_text.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include <libpq-fe.h>

namespace vf::postgres {

namespace {

using settings = std::map<std::string, std::string>;

// A peer that vanished without a word is noticed within about half a minute, in either direction.
const settings& when_the_url_does_not_say() {
    static const settings values{
        {"keepalives", "1"},       {"keepalives_idle", "10"},     {"keepalives_interval", "5"},
        {"keepalives_count", "3"}, {"tcp_user_timeout", "15000"},
    };
    return values;
}

std::string quoted_value(const std::string& value) {
    std::string text{"'"};
    for (const char c : value) {
        if (c == '\'' || c == '\\') {
            text += '\\';
        }
        text += c;
    }
    return text + "'";
}

// Whole seconds, and never 0, which libpq reads as for ever.
std::string seconds_of(vf::duration span) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(span);
    return std::to_string(std::max<std::int64_t>(1, seconds.count()));
}

}  // namespace

result<std::string> connection_text(
    const std::string& url, const std::string& application_name, vf::duration connect_timeout
) {
    char* complaint = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed{
        PQconninfoParse(url.c_str(), &complaint), &PQconninfoFree
    };
    PQfreemem(complaint);
    if (!parsed) {
        return fail(failure::permanent, "database_error", "the database URL cannot be parsed");
    }
    settings all = when_the_url_does_not_say();
    for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
        if (option->val != nullptr) {
            all.insert_or_assign(option->keyword, option->val);
        }
    }
    all.insert_or_assign("application_name", application_name);
    all.insert_or_assign("connect_timeout", seconds_of(connect_timeout));
    all.insert_or_assign("client_encoding", "UTF8");

    std::string text;
    for (const auto& [name, value] : all) {
        text += name + '=' + quoted_value(value) + ' ';
    }
    return text;
}

}  // namespace vf::postgres
