// Where the bytes of one request body go as they come off the wire: held against the limit of the
// route and the budget of the process, their content coding taken off. Loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "server/gunzip.hpp"
#include "vf/http/body_budget.hpp"
#include "vf/http/message.hpp"

namespace vf::http {

enum class content_coding { identity, gzip, unsupported };

[[nodiscard]] content_coding coding_of(const headers& headers);

class body_sink {
public:
    enum class state { good, malformed, too_large, exhausted };

    // `limit` is of the bytes on the wire and of the decoded ones alike.
    body_sink(std::size_t limit, content_coding coding, body_lease& lease, std::string& body);

    // Before the first byte: what Content-Length says, if it does.
    [[nodiscard]] state open(std::optional<std::uint64_t> length);

    // At most so much room for bytes off the wire, and how many of them came.
    [[nodiscard]] std::expected<std::span<char>, state> prepare(std::size_t room);
    [[nodiscard]] state commit(std::size_t count);
    [[nodiscard]] state append(std::string_view bytes);

    // After the last byte.
    [[nodiscard]] state finish();

private:
    [[nodiscard]] state reserve(std::size_t size);
    [[nodiscard]] state decode(std::string_view bytes);

    std::size_t limit_;
    std::size_t most_;  // that may come
    body_lease& lease_;
    std::string& body_;
    std::unique_ptr<gunzip> gunzip_;  // null: as it comes
    std::string undecoded_;
    std::size_t prepared_from_{0};
};

}  // namespace vf::http
