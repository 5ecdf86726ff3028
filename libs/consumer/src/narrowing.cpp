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

}  // namespace vf::consumer
