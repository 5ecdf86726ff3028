#include "vf/base/random.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "vf/base/assert.hpp"

namespace vf {

namespace {

// splitmix64: one word of state, full period, good enough for simulation and never for secrets.
std::uint64_t next_word(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15U;
    std::uint64_t word = state;
    word = (word ^ (word >> 30U)) * 0xbf58476d1ce4e5b9U;
    word = (word ^ (word >> 27U)) * 0x94d049bb133111ebU;
    return word ^ (word >> 31U);
}

}  // namespace

std::uint64_t random::next() {
    std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
    fill(bytes);
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    return word;
}

double random::fraction() {
    // The 53 upper bits are exactly what a double can hold, so 1.0 is never reached by rounding.
    return static_cast<double>(next() >> 11U) * 0x1p-53;
}

void system_random::fill(std::span<std::uint8_t> out) {
    while (!out.empty()) {
        const ssize_t got = ::getrandom(out.data(), out.size(), 0);
        if (got < 0) {
            VF_ASSERT(errno == EINTR);
            continue;
        }
        out = out.subspan(static_cast<std::size_t>(got));
    }
}

void seeded_random::fill(std::span<std::uint8_t> out) {
    while (!out.empty()) {
        const std::uint64_t word = next_word(state_);
        const std::size_t size = std::min(out.size(), sizeof word);
        std::memcpy(out.data(), &word, size);
        out = out.subspan(size);
    }
}

}  // namespace vf
