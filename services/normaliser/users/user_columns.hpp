// The columns of the table users that records write, and where each has its value from. To add one:
// a line in user_columns.cpp, a migration and a test; which SQL type it has is the migration's
// business. A trait without a column stands in the bag. Core.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vf::normaliser {

enum class identify_source {
    none,
    email,  // the identify's own field
    trait,  // of the column's name, in camelCase or snake_case; no object, no array
    zone    // such a trait, when it is a time zone
};

enum class event_source {
    fixed,          // `argument` itself
    text,           // of a property
    whole_number,   // of a property, rounded
    days_from_now,  // a property's number of days after the event
    time_or_now,    // of a property, else of the event
    cleared
};

// What a canonical event says of a column.
struct event_value {
    std::string_view event;
    event_source source{event_source::cleared};
    std::string_view argument{};  // the property in snake_case, or the fixed text
};

struct user_column {
    std::string_view name;
    identify_source identify{identify_source::none};
    std::string_view alias{};  // of the trait, in snake_case
    std::span<const event_value> events{};
    std::string_view fallback{};  // of a column that may not be NULL
};

[[nodiscard]] std::span<const user_column> user_columns();

// The column of a trait under either spelling; null for any other trait.
[[nodiscard]] const user_column* column_of_trait(std::string_view spelling);

// What a trait is called whatever its spelling: its column's name, else snake_case.
[[nodiscard]] std::string trait_name(std::string_view spelling);

// "email, name, …".
[[nodiscard]] std::string user_column_names();
// "r.email, r.name, …", the fallback where a column has one.
[[nodiscard]] std::string user_column_values(std::string_view record);

}  // namespace vf::normaliser
