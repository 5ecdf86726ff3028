#include "narrowing.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "vf/base/assert.hpp"

namespace vf::consumer {

namespace {

constexpr std::size_t tried_singly = 8;

using record_set = std::vector<wire::record>;

// Each record alone, or two halves of one share.
std::vector<record_set> units_of_share(record_set records) {
    const std::size_t size = records.size() <= tried_singly ? 1 : (records.size() + 1) / 2;
    std::vector<record_set> sets;
    for (auto& record : records) {
        if (sets.empty() || sets.back().size() == size) {
            sets.emplace_back();
        }
        sets.back().push_back(std::move(record));
    }
    return sets;
}

// One set for each share, by their names.
std::vector<record_set> by_share(record_set records) {
    std::map<std::string, record_set> named;
    for (auto& record : records) {
        auto& share = named[std::string{share_of(record)}];
        share.push_back(std::move(record));
    }
    std::vector<record_set> shares;
    for (auto& [name, share] : named) {
        shares.push_back(std::move(share));
    }
    return shares;
}

record_set joined(std::span<record_set> shares) {
    record_set all;
    for (auto& share : shares) {
        std::ranges::move(share, std::back_inserter(all));
    }
    return all;
}

}  // namespace

std::string_view share_of(const wire::record& record) {
    if (!record.key) {
        return {};
    }
    const auto end = record.key->find(':');
    return end == std::string::npos ? std::string_view{}
                                    : std::string_view{*record.key}.substr(0, end);
}

bool is_one_share(const std::vector<wire::record>& records) {
    const auto differs = [&records](const wire::record& record) {
        return share_of(record) != share_of(records.front());
    };
    return std::ranges::none_of(records, differs);
}

std::vector<std::vector<wire::record>> narrow(std::vector<wire::record> records) {
    VF_ASSERT(records.size() > 1);
    if (is_one_share(records)) {
        return units_of_share(std::move(records));
    }
    auto shares = by_share(std::move(records));
    if (shares.size() <= tried_singly) {
        return shares;
    }
    const std::span all{shares};
    const std::size_t middle = all.size() / 2;
    std::vector<record_set> halves;
    halves.push_back(joined(all.first(middle)));
    halves.push_back(joined(all.subspan(middle)));
    return halves;
}

std::vector<wire::record> narrowing::take() {
    auto& next = shares_.empty() ? refused_ : shares_;
    auto set = std::move(next.front());
    next.pop_front();
    return set;
}

std::vector<wire::record> narrowing::cut(std::vector<wire::record>& set) const {
    const auto found = costs_.find(share_of(set.front()));
    if (found == costs_.end() || !is_one_share(set)) {
        return {};
    }
    const share& cost = found->second;
    if (cost.tries < limits_.tries && cost.time < limits_.time) {
        return {};
    }
    const auto first = set.begin() + (cost.settled ? 0 : 1);
    record_set rest{std::make_move_iterator(first), std::make_move_iterator(set.end())};
    set.erase(first, set.end());
    return rest;
}

void narrowing::charge(const std::vector<wire::record>& set, vf::duration time) {
    if (is_one_share(set)) {
        share& cost = costs_[std::string{share_of(set.front())}];
        ++cost.tries;
        cost.time += time;
    }
}

void narrowing::settle(const std::vector<wire::record>& set) {
    if (is_one_share(set)) {
        costs_[std::string{share_of(set.front())}].settled = true;
    }
}

void narrowing::refuse(std::vector<wire::record> set) {
    const bool one = is_one_share(set);
    auto parts = narrow(std::move(set));
    if (one) {
        std::ranges::move(parts, std::front_inserter(refused_));
    } else {
        std::ranges::move(parts, std::back_inserter(shares_));
    }
}

void narrowing::count_refused(const wire::record& record, const error& why) {
    share& cost = costs_[std::string{share_of(record)}];
    if (++cost.refused == 1) {
        cost.first = why.detail;
    }
}

void narrowing::report(const telemetry::logger& log) const {
    for (const auto& [name, cost] : costs_) {
        if (cost.refused > 0) {
            log.warning(
                "records refused",
                {{"project", name}, {"records", cost.refused}, {"first", cost.first}}
            );
        }
    }
}

}  // namespace vf::consumer
