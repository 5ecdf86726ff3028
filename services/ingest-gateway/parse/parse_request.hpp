// A request's bytes to its records, or the refusal; the table in the source says what each route
// takes. Core.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest-gateway/api/replies.hpp"
#include "ingest-gateway/api/route_traits.hpp"
#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"
#include "vf/http/message.hpp"
#include "vf/json/parse.hpp"
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

struct parsed_request {
    std::vector<incoming_record> records;
    std::vector<rejected_record> rejected;  // of a bulk request
    bool historical{false};
    // What the body says however it is written, for a digest: as json::canonical, less what cannot
    // be read, which counts as it is. Empty unless asked for.
    std::string canonical;
};

enum class digest { none, of_body };

// The content type must be application/json; parameters such as charset are let pass.
[[nodiscard]] std::expected<void, refusal> check_content_type(const http::headers& headers);

// The document points into `body`. A fault names its field.
[[nodiscard]] std::expected<json::document, refusal> parse_body(
    std::string_view body, const json::parse_limits& limits
);

// For the routes of `record_routes`. The records point into `body`; each is parsed by itself, so
// that one which cannot be read is refused by itself wherever its request may stand without it.
// `now` bounds how far ahead a timestamp may lie.
[[nodiscard]] std::expected<parsed_request, refusal> parse_request(
    route_id route, std::string_view body, instant now, digest digest = digest::none
);

}  // namespace vf::ingest_gateway
