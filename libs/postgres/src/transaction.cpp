#include "vf/postgres/transaction.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "transaction_state.hpp"

namespace vf::postgres {

transaction::transaction(state& using_connection) : state_{using_connection} {}

transaction::~transaction() = default;

rows transaction::query(std::string_view statement, const params& params) {
    if (failed()) {
        return {};
    }
    auto answer = state_.session.run(statement, params.values_);
    if (!answer) {
        refuse(std::move(answer.error()));
        return {};
    }
    auto names = std::make_shared<std::vector<std::string>>();
    for (pqxx::row_size_type column = 0; column < answer->columns(); ++column) {
        names->emplace_back(answer->column_name(column));
    }
    rows all;
    all.reserve(static_cast<std::size_t>(answer->size()));
    for (const pqxx::row& from : *answer) {
        row& row = all.emplace_back();
        row.names_ = names;
        row.columns_.reserve(static_cast<std::size_t>(from.size()));
        for (const pqxx::field& value : from) {
            if (value.is_null()) {
                row.columns_.emplace_back();
            } else {
                row.columns_.emplace_back(std::in_place, value.view());
            }
        }
    }
    return all;
}

std::int64_t transaction::execute(std::string_view statement, const params& params) {
    if (failed()) {
        return 0;
    }
    auto answer = state_.session.run(statement, params.values_);
    if (!answer) {
        refuse(std::move(answer.error()));
        return 0;
    }
    return answer->affected_rows();
}

void transaction::script(std::string_view statements) {
    if (failed()) {
        return;
    }
    if (auto done = state_.session.script(statements); !done) {
        refuse(std::move(done.error()));
    }
}

void transaction::limit_statements(vf::duration limit) {
    if (failed()) {
        return;
    }
    if (auto done = state_.session.set_statement_timeout(limit); !done) {
        refuse(std::move(done.error()));
    }
}

void transaction::refuse(error why) {
    if (!failed()) {
        state_.failed_with = std::move(why);
    }
}

bool transaction::failed() const {
    return state_.failed_with.has_value();
}

}  // namespace vf::postgres
