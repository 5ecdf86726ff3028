// Reads the query of a list request. Each name is asked for once; what nobody asked for is a typo
// and refused by `finish`, like the first fault met. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/api/replies.hpp"
#include "console/store/paging.hpp"
#include "vf/http/message.hpp"

namespace vf::console {

class query {
public:
    explicit query(const http::request& request) : request_{request} {}

    [[nodiscard]] std::optional<std::string> text(std::string_view name);
    // One of `words`.
    [[nodiscard]] std::optional<std::string> word(
        std::string_view name, const std::vector<std::string_view>& words
    );
    // `limit` and `cursor`; `list` names the list the cursor must belong to.
    [[nodiscard]] console::page page(std::string_view list);

    [[nodiscard]] api_result<void> finish() const;

private:
    void fault(std::string_view name, std::string message);

    const http::request& request_;
    std::vector<std::string> asked_;
    std::optional<refusal> fault_;
};

}  // namespace vf::console
