// What look-ups came to, for as long as it may be believed. Bounded: the entry that was used
// longest ago goes first. Pure bookkeeping; one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

#include "vf/base/error.hpp"
#include "vf/http/egress_policy.hpp"

namespace vf::http {

class name_cache {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using answer = result<std::vector<ip_address>>;

    explicit name_cache(std::size_t names_max) : names_max_{names_max} {}

    // Null when there is none, or none any more.
    [[nodiscard]] const answer* find(const std::string& name, time_point now);
    void put(const std::string& name, answer found, time_point until);

    [[nodiscard]] std::size_t size() const { return entries_.size(); }

private:
    struct entry {
        std::string name;
        answer found;
        time_point until;
    };

    void erase(std::list<entry>::iterator position);

    std::size_t names_max_;
    std::list<entry> entries_;  // the one used last goes first
    std::unordered_map<std::string, std::list<entry>::iterator> by_name_;
};

}  // namespace vf::http
