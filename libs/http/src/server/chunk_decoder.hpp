// Takes the chunked transfer coding off a request body, strictly: hexadecimal sizes, CRLF after
// every line and every chunk, extensions and trailers read and dropped. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vf::http {

class chunk_decoder {
public:
    enum class state { incomplete, complete, malformed, too_large };

    struct step {
        chunk_decoder::state state;
        std::size_t taken;  // bytes of the input that are done with
    };

    explicit chunk_decoder(std::size_t body_limit) : body_limit_{body_limit} {}

    // Appends decoded bytes to `body`.
    [[nodiscard]] step advance(std::string_view bytes, std::string& body);

private:
    enum class place { size_line, data, data_end, trailer_line, end };

    [[nodiscard]] state take_line(std::string_view line);
    [[nodiscard]] state take_size(std::string_view line);
    [[nodiscard]] state take_trailer(std::string_view line);

    std::size_t body_limit_;
    place place_{place::size_line};
    std::uint64_t left_{0};    // of the chunk
    std::uint64_t body_{0};    // announced by all chunks so far
    std::size_t trailers_{0};  // bytes of them
};

}  // namespace vf::http
