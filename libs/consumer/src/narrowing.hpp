// How a set of records that was refused is narrowed down to those at fault. First by share, that is
// by project, so that nobody's records wait for another's: each project's are tried by themselves,
// or half of the projects where there are many. Then by record, in the same way. Up to eight are
// tried one by one, since halving would not be cheaper: where all n are at fault it takes less
// than 5/4 n tries, where one is, 2 log n.  Pure; any thread.
#pragma once

#include <string_view>
#include <vector>

#include "vf/wire/record.hpp"

namespace vf::consumer {

// Keys are "project:…"; records without a project in their key are one share.
[[nodiscard]] std::string_view share_of(const wire::record& record);

[[nodiscard]] bool is_one_share(const std::vector<wire::record>& records);

// Of more than one record: two to eight sets that are smaller, of whole shares while there is more
// than one. Records of a share keep their order.
[[nodiscard]] std::vector<std::vector<wire::record>> narrow(std::vector<wire::record> records);

}  // namespace vf::consumer
