// What a request brings, checked but not yet on a topic.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest-gateway/api/replies.hpp"
#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"
#include "vf/wire/customer_json.hpp"
#include "vf/wire/messages.hpp"

namespace vf::ingest_gateway {

// Of an event that is the same event whenever it is sent again.
struct natural_identity {
    std::string name;
    instant occurred_at{};
};

struct incoming_record {
    wire::ingest_kind kind{wire::ingest_kind::event};
    domain::external_user_id user;
    std::string_view body;  // verbatim; points into the request's body
    std::size_t index{0};   // in the request
    std::optional<natural_identity> natural;
};

struct incoming {
    std::vector<incoming_record> records;
    std::vector<rejected_record> rejected;  // of a bulk request
    bool historical{false};

    [[nodiscard]] std::size_t received() const { return records.size() + rejected.size(); }
};

using incoming_records = std::expected<incoming, refusal>;

}  // namespace vf::ingest_gateway
