// The migrations of a directory, in order. Blocking; called by `migrate`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vf/base/error.hpp"

namespace vf::postgres {

struct migration {
    std::int64_t version{};
    std::string name;  // of the file
    std::string statements;
};

// The version in a name of the form NNNN_what.sql, else 0.
[[nodiscard]] std::int64_t version_of(const std::string& file_name);

// Numbered from 1 without a gap or a duplicate; a .sql file of another name is an error, files of
// other kinds are left alone. Errors: permanent/migrations_unreadable.
[[nodiscard]] result<std::vector<migration>> read_migrations(const std::string& directory);

}  // namespace vf::postgres
