// How a set of records that was refused is narrowed down to those at fault. First by share, that is
// by project, so that nobody's records wait for another's: each project's are tried by themselves,
// or half of the projects where there are many. Then by record, in the same way. Up to eight are
// tried one by one, since halving would not be cheaper: where all n are at fault it takes less
// than 5/4 n tries, where one is, 2 log n. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/wire/record.hpp"

namespace vf::consumer {

// Keys are "project:…"; records without a project in their key are one share.
[[nodiscard]] std::string_view share_of(const wire::record& record);

[[nodiscard]] bool is_one_share(const std::vector<wire::record>& records);

// Of more than one record: two to eight sets that are smaller, of whole shares while there is more
// than one. Records of a share keep their order.
[[nodiscard]] std::vector<std::vector<wire::record>> narrow(std::vector<wire::record> records);

// What one share may cost of a batch.
struct share_limits {
    std::size_t tries{0};
    vf::duration time{0};
};

// What a set has come to cost.
struct effort {
    bool part{false};  // of a batch that was tried as a whole
    std::uint32_t failures{0};
    vf::duration time{0};
};

// The sets of a batch that are still to be tried, and what each share has cost. First come whole
// shares; then whoever was refused, to the last record before the next, so that a share that is cut
// off has come to something.
class narrowing {
public:
    explicit narrowing(share_limits limits) : limits_{limits} {}

    [[nodiscard]] bool done() const { return shares_.empty() && refused_.empty(); }

    [[nodiscard]] std::vector<wire::record> take();

    // Takes out of a set what is to be put off, because its share has cost too much. One record is
    // left to be tried when nothing of the share is settled yet: whoever is put off without that
    // would come round for ever.
    [[nodiscard]] std::vector<wire::record> cut(std::vector<wire::record>& set) const;

    // One try, of so long; a set that has records of several shares costs none of them.
    void charge(const std::vector<wire::record>& set, vf::duration time);
    // It was written, or one record was given up.
    void settle(const std::vector<wire::record>& set);
    void refuse(std::vector<wire::record> set);
    void count_refused(const wire::record& record, const error& why);

    // One line for each project, however many of its records.
    void report(const telemetry::logger& log) const;

private:
    struct share {
        std::size_t tries{0};
        vf::duration time{0};
        bool settled{false};
        std::size_t refused{0};
        std::string first;
    };

    share_limits limits_;
    std::deque<std::vector<wire::record>> shares_;
    std::deque<std::vector<wire::record>> refused_;
    std::map<std::string, share, std::less<>> costs_;
};

}  // namespace vf::consumer
