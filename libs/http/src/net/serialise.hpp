// Messages as bytes. Pure. What a caller put into a header cannot end its line: control characters
// become spaces.
#pragma once

#include <string>
#include <string_view>

#include "vf/http/egress_policy.hpp"
#include "vf/http/message.hpp"

namespace vf::http {

struct response_options {
    bool is_http_1_1{true};
    bool to_head{false};  // the request was HEAD: all but the body
    bool close{false};
};

// Appends the head, with Content-Length of the body, to `out`. Headers that frame a message are
// ours: the caller's are left out.
void write_response_head(std::string& out, const response& answer, const response_options& options);
[[nodiscard]] bool has_body(const response& answer, const response_options& options);

struct request_line {
    std::string_view method;
    const url& target;
};

void write_request(
    std::string& out, const request_line& line, const headers& headers, std::string_view body
);

}  // namespace vf::http
