// What is written of a user, and which parameters of a statement it becomes. Pure data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "normaliser/users/merge_user.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/columns.hpp"

namespace vf::normaliser {

struct patched_user {
    std::int64_t user_id{0};  // of one that has a row
    std::string project;
    std::string user;
    user_patch patch;
    std::optional<instant> identified_at;  // nothing: not identified again
};

inline constexpr postgres::columns<patched_user, 6> columns_of_new_user{{
    {"project_id", "text", [](const patched_user& one) -> std::string_view { return one.project; }},
    {"external_user_id", "text",
     [](const patched_user& one) -> std::string_view { return one.user; }},
    {"columns", "jsonb",
     [](const patched_user& one) -> std::string_view { return one.patch.columns; }},
    {"traits", "jsonb", [](const patched_user& one) -> std::string_view { return one.patch.traits; }
    },
    {"stamps", "jsonb", [](const patched_user& one) -> std::string_view { return one.patch.stamps; }
    },
    {"identified_at", "timestamptz", [](const patched_user& one) { return one.identified_at; }},
}};

inline constexpr postgres::columns<patched_user, 6> columns_of_changed_user{{
    {"user_id", "bigint", [](const patched_user& one) { return one.user_id; }},
    {"columns", "jsonb",
     [](const patched_user& one) -> std::string_view { return one.patch.columns; }},
    {"traits", "jsonb", [](const patched_user& one) -> std::string_view { return one.patch.traits; }
    },
    {"cleared", "jsonb",
     [](const patched_user& one) -> std::string_view { return one.patch.cleared; }},
    {"stamps", "jsonb", [](const patched_user& one) -> std::string_view { return one.patch.stamps; }
    },
    {"identified_at", "timestamptz", [](const patched_user& one) { return one.identified_at; }},
}};

}  // namespace vf::normaliser
