#include "ingest-gateway/api/idempotency.hpp"

#include <algorithm>

#include "vf/domain/limits.hpp"

namespace vf::ingest_gateway {

namespace {

constexpr std::string_view header_name = "Idempotency-Key";

bool is_printable(char c) {
    return c >= ' ' && c <= '~';
}

}  // namespace

std::expected<std::optional<std::string>, refusal> idempotency_key(const http::headers& headers) {
    const auto sent = headers.count(header_name);
    if (sent == 0) {
        return std::nullopt;
    }
    const std::string* key = headers.find(header_name);
    const bool good = sent == 1 && key != nullptr && !key->empty() &&
                      key->size() <= domain::limits::idempotency_key_characters &&
                      std::ranges::all_of(*key, is_printable);
    if (!good) {
        return std::unexpected(refuse(
            reply_code::validation_failed, "must be one header of 1 to 255 printable characters",
            std::string{header_name}
        ));
    }
    return *key;
}

}  // namespace vf::ingest_gateway
