#include "normaliser/users/user_status.hpp"

#include <array>

namespace vf::normaliser {

user_status status_of(const user_permission& user, const address_causes& address, instant now) {
    if (user.opted_out || (user.has_email && address.unsubscribed)) {
        return user_status::unsubscribed;
    }
    if (user.complained || (user.has_email && address.suppressed)) {
        return user_status::suppressed;
    }
    if (user.paused && (!user.paused_until || *user.paused_until > now)) {
        return user_status::paused;
    }
    return user.has_email ? user_status::active : user_status::no_email;
}

std::string_view name_of(user_status status) {
    switch (status) {
        case user_status::unsubscribed:
            return "unsubscribed";
        case user_status::suppressed:
            return "suppressed";
        case user_status::paused:
            return "paused";
        case user_status::no_email:
            return "no_email";
        case user_status::active:
            return "active";
    }
    return "active";
}

std::string_view name_of(suppression_cause cause) {
    switch (cause) {
        case suppression_cause::unsubscribed:
            return "unsubscribed";
        case suppression_cause::bounced:
            return "bounced";
        case suppression_cause::complained:
            return "complained";
        case suppression_cause::inactive:
            return "inactive";
    }
    return "inactive";
}

std::optional<suppression_cause> read_cause(std::string_view name) {
    constexpr std::array all{
        suppression_cause::unsubscribed, suppression_cause::bounced, suppression_cause::complained,
        suppression_cause::inactive
    };
    for (const auto cause : all) {
        if (name_of(cause) == name) {
            return cause;
        }
    }
    return std::nullopt;
}

}  // namespace vf::normaliser
