// The statements of write_users.cpp that name the columns of users, made of user_columns.hpp once
// for the process. Parameters are those of user_rows.hpp.
#pragma once

#include <string>

namespace vf::normaliser::sql {

[[nodiscard]] const std::string& insert_users();

// A column that is not in a row's `columns` stays as it is.
[[nodiscard]] const std::string& update_users();

}  // namespace vf::normaliser::sql
