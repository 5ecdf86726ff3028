// How often links may be clicked on one loop: by user, so that whoever has one link of a project
// uses up what is his and nobody's else, and by project, so that none takes what the broker has for
// the others. Bounded whatever comes; only links that are sound get here. Loop thread.
#pragma once

#include <string>

#include "ingest-gateway/generation_map.hpp"
#include "ingest-gateway/limits/token_bucket.hpp"
#include "vf/base/clock.hpp"
#include "vf/mail/link_tokens.hpp"

namespace vf::ingest_gateway {

class click_limits {
public:
    // False: come again in a second.
    [[nodiscard]] bool take(const mail::unsubscribe_link& link, instant now) {
        const auto user = link.project.text + ':' + std::to_string(link.user_id);
        // First: what one user has too much of costs his project nothing.
        return take_from(users_, user, user_rate, now) &&
               take_from(projects_, link.project.text, project_rate, now);
    }

private:
    using buckets = generation_map<std::string, token_bucket>;

    struct rate {
        double per_second;
        double burst;
    };

    // A mail client may try again, and a person press twice.
    static constexpr rate user_rate{0.2, 5};
    // A mail to a million: a hundred readers a second are tired of it.
    static constexpr rate project_rate{100, 1'000};

    static bool take_from(buckets& from, const std::string& whose, rate rate, instant now) {
        auto* bucket = from.find(whose);
        if (bucket == nullptr) {
            from.put(whose, token_bucket{rate.per_second, rate.burst, now});
            bucket = from.find(whose);
        }
        return bucket->take(1, now);
    }

    buckets users_{20'000};
    buckets projects_{2'000};
};

}  // namespace vf::ingest_gateway
