// One transaction, used on a pool thread inside `pool::transact` only. After a failed statement
// every further call is a no-op with an empty answer, exactly as Postgres itself treats an aborted
// transaction; `transact` then rolls back and answers the first error. So a store reads straight
// down, without a check per line.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/postgres/array_parameter.hpp"

namespace vf::postgres {

// A parameter as it goes to the server; no bytes = NULL.
struct parameter {
    std::optional<std::string> bytes;
    bool binary{false};
};

// Statement parameters in order: `params{}.text(id).integer(5)`. Arrays have to be cast in the
// statement ($1::text[], $2::bigint[], $3::bytea[], $4::timestamptz[]). Those of `texts` are array
// literals, of which any type can be made.
class params {
public:
    params& null();
    params& text(std::string_view value);

    // A template so that a std::string and a literal go to the form above without ambiguity.
    template <std::same_as<std::optional<std::string>> Optional>
    params& text(const Optional& value) {
        return value ? text(std::string_view{*value}) : null();
    }

    params& integer(std::int64_t value);
    params& integer(std::optional<std::int64_t> value);
    params& boolean(bool value);
    params& timestamp(instant value);
    params& timestamp(std::optional<instant> value);
    params& bytes(std::string_view value);

    template <std::same_as<std::optional<std::string>> Optional>
    params& bytes(const Optional& value) {
        return value ? bytes(std::string_view{*value}) : null();
    }

    params& texts(const std::vector<std::string>& values);
    params& texts(const std::vector<std::optional<std::string>>& values);
    params& integers(const std::vector<std::int64_t>& values);
    params& booleans(const std::vector<bool>& values);
    params& timestamps(const std::vector<instant>& values);
    params& timestamps(const std::vector<std::optional<instant>>& values);
    params& byte_strings(const std::vector<std::string>& values);
    params& byte_strings(const std::vector<std::optional<std::string>>& values);
    params& array(array_parameter values);

private:
    friend class transaction;
    std::vector<parameter> values_;
};

// A row of an answer, its columns by the names that the statement gives them; asking for a column
// that is not there, or for NULL without the optional form, is a programmer error.
class row {
public:
    [[nodiscard]] bool is_null(std::string_view column) const;
    [[nodiscard]] std::string text(std::string_view column) const;
    [[nodiscard]] std::optional<std::string> optional_text(std::string_view column) const;
    [[nodiscard]] std::int64_t integer(std::string_view column) const;
    [[nodiscard]] std::optional<std::int64_t> optional_integer(std::string_view column) const;
    [[nodiscard]] bool boolean(std::string_view column) const;
    [[nodiscard]] double real(std::string_view column) const;
    // timestamptz; -infinity and infinity are the smallest and largest instant.
    [[nodiscard]] instant timestamp(std::string_view column) const;
    [[nodiscard]] std::optional<instant> optional_timestamp(std::string_view column) const;
    [[nodiscard]] std::string bytes(std::string_view column) const;  // bytea, decoded
    [[nodiscard]] std::optional<std::string> optional_bytes(std::string_view column) const;

    // By position, for statements whose columns have no names.
    [[nodiscard]] bool is_null(std::size_t column) const;
    [[nodiscard]] std::string text(std::size_t column) const;
    [[nodiscard]] std::optional<std::string> optional_text(std::size_t column) const;
    [[nodiscard]] std::int64_t integer(std::size_t column) const;
    [[nodiscard]] std::optional<std::int64_t> optional_integer(std::size_t column) const;
    [[nodiscard]] bool boolean(std::size_t column) const;
    [[nodiscard]] double real(std::size_t column) const;
    [[nodiscard]] instant timestamp(std::size_t column) const;
    [[nodiscard]] std::optional<instant> optional_timestamp(std::size_t column) const;
    [[nodiscard]] std::string bytes(std::size_t column) const;
    [[nodiscard]] std::optional<std::string> optional_bytes(std::size_t column) const;

private:
    friend class transaction;
    struct answer;

    [[nodiscard]] std::size_t index_of(std::string_view column) const;
    // Nothing for NULL.
    [[nodiscard]] std::optional<std::string_view> value(std::size_t column) const;
    [[nodiscard]] std::string_view present(std::size_t column) const;

    std::shared_ptr<const answer> answer_;  // of all its rows
    int number_{0};
};

using rows = std::vector<row>;

class transaction {
public:
    transaction(const transaction&) = delete;
    transaction& operator=(const transaction&) = delete;
    ~transaction();

    // Prepared once per connection under the statement's own text: keep statements constant.
    rows query(std::string_view statement, const params& arguments = {});
    // The number of rows affected.
    std::int64_t execute(std::string_view statement, const params& arguments = {});
    // Several statements without parameters, not prepared (migrations).
    void script(std::string_view statements);

    // Of each statement from here to the end of the transaction, on the server and on this side.
    void limit_statements(vf::duration limit);

    // Ends the transaction with this error unless it has one already.
    void refuse(error why);
    [[nodiscard]] bool failed() const;

private:
    friend class pool;
    struct state;
    explicit transaction(state& using_connection);

    state& state_;
};

}  // namespace vf::postgres
