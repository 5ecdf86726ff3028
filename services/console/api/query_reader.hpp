// Reads the query of a request. Each parameter is read once; a parameter that nobody reads is a
// typo and refused by `finish`, as is the first fault found. Pure; any thread. The request outlives
// it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/api/replies.hpp"
#include "console/store/paging.hpp"
#include "vf/http/message.hpp"

namespace vf::console {

class query_reader {
public:
    explicit query_reader(const http::request& request) : request_{request} {}

    [[nodiscard]] std::optional<std::string> text(std::string_view name);
    // One of `words`.
    [[nodiscard]] std::optional<std::string> word(
        std::string_view name, const std::vector<std::string_view>& words
    );
    // `limit` and `cursor`; `list` names the list the cursor must belong to.
    [[nodiscard]] page_request paging(std::string_view list);

    [[nodiscard]] api_result<void> finish() const;

private:
    void fault(std::string_view name, std::string message);

    const http::request& request_;
    std::vector<std::string> read_;
    std::optional<refusal> fault_;
};

}  // namespace vf::console
