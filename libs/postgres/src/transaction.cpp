#include "vf/postgres/transaction.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "answer.hpp"
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
    const auto shared = std::make_shared<row::answer>(std::move(*answer));
    for (pqxx::row_size_type column = 0; column < shared->result.columns(); ++column) {
        shared->names.emplace_back(shared->result.column_name(column));
    }
    rows all(static_cast<std::size_t>(shared->result.size()));
    for (std::size_t number = 0; number < all.size(); ++number) {
        all[number].answer_ = shared;
        all[number].number_ = static_cast<int>(number);
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
