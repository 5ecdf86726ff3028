// Takes gzip (RFC 1952) off a body, piece by piece and never more than a piece ahead of its caller,
// so that a bomb is stopped where its caller stops. Members that follow each other are one body;
// anything else behind the last one is a fault, as is an end within a member.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <zlib.h>

namespace vf::http {

class gunzip {
public:
    // What one of these takes while it works: its window, zlib's state, the piece.
    static constexpr std::size_t memory = 64U << 10U;

    gunzip();
    ~gunzip();
    gunzip(const gunzip&) = delete;
    gunzip& operator=(const gunzip&) = delete;

    struct step {
        bool sound{true};
        std::string_view decoded{};  // until the next call
        std::size_t taken{0};        // of the input
        bool more{false};            // call again even if no input is left
    };

    [[nodiscard]] step advance(std::string_view input);

    // Whether the input may end here.
    [[nodiscard]] bool is_whole() const { return ended_; }

private:
    z_stream stream_{};
    bool ended_{false};  // of the member that was read last
    std::array<char, 16U << 10U> piece_{};
};

}  // namespace vf::http
