// Which API keys were used, to the hour: enough to tell a key that nobody needs. Core; loop thread.
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
        auto& written = told_[key_id];
        const auto hour = std::chrono::floor<std::chrono::hours>(now);
        if (written != hour) {
            written = hour;
            untold_.push_back(key_id);
        }
    }

    // Used in an hour that has not been told of yet.
    [[nodiscard]] std::vector<std::string> take() { return std::exchange(untold_, {}); }

private:
    std::unordered_map<std::string, instant> told_;
    std::vector<std::string> untold_;
};

}  // namespace vf::ingest_gateway
