// Which API keys were used, to the hour: enough to see which key is not used any more. Core; loop
// thread.
#pragma once

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "vf/base/clock.hpp"

namespace vf::ingest_gateway {

class key_uses {
public:
    void note(const std::string& key_id, instant now) {
        auto& last_hour = last_hours_[key_id];
        const auto hour = std::chrono::floor<std::chrono::hours>(now);
        if (last_hour != hour) {
            last_hour = hour;
            unrecorded_.push_back(key_id);
        }
    }

    // Keys with a first use in an hour since the last call.
    [[nodiscard]] std::vector<std::string> take() { return std::exchange(unrecorded_, {}); }

private:
    std::unordered_map<std::string, instant> last_hours_;
    std::vector<std::string> unrecorded_;
};

}  // namespace vf::ingest_gateway
