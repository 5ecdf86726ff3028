// One user or event of a request, checked but not yet on a topic.
#pragma once

#include <expected>
#include <string_view>
#include <vector>

#include "replies.hpp"
#include "vf/domain/ids.hpp"
#include "vf/wire/messages.hpp"

namespace vf::ingest_gateway {

struct incoming_record {
    wire::ingest_kind kind{wire::ingest_kind::event};
    domain::external_user_id user;
    std::string_view body;  // verbatim; points into the request's body
};

using incoming_records = std::expected<std::vector<incoming_record>, refusal>;

}  // namespace vf::ingest_gateway
