#include "vf/postgres/transaction.hpp"

#include <utility>

#include "transaction_state.hpp"

namespace vf::postgres {

transaction::transaction(state& using_connection) : state_{using_connection} {}

transaction::~transaction() = default;

rows transaction::query(std::string_view statement, const params& with) {
    if (failed()) {
        return {};
    }
    auto answer = state_.on.run(statement, with.values_);
    if (!answer) {
        refuse(std::move(answer.error()));
        return {};
    }
    rows all;
    all.reserve(static_cast<std::size_t>(answer->size()));
    for (const pqxx::row& from : *answer) {
        row& to = all.emplace_back();
        to.columns_.reserve(static_cast<std::size_t>(from.size()));
        for (const pqxx::field& value : from) {
            if (value.is_null()) {
                to.columns_.emplace_back();
            } else {
                to.columns_.emplace_back(std::in_place, value.view());
            }
        }
    }
    return all;
}

std::int64_t transaction::execute(std::string_view statement, const params& with) {
    if (failed()) {
        return 0;
    }
    auto answer = state_.on.run(statement, with.values_);
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
    if (auto done = state_.on.script(statements); !done) {
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
