// Randomness is an argument too. `system_random` asks the kernel and is safe on any thread;
// `seeded_random` repeats itself and belongs to tests and simulation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vf {

class random {
public:
    virtual ~random() = default;
    virtual void fill(std::span<std::uint8_t> out) = 0;

    [[nodiscard]] std::uint64_t next();
    // Uniform in [0, 1).
    [[nodiscard]] double fraction();
};

class system_random final : public random {
public:
    void fill(std::span<std::uint8_t> out) override;
};

class seeded_random final : public random {
public:
    explicit seeded_random(std::uint64_t seed) : state_{seed} {}

    void fill(std::span<std::uint8_t> out) override;

private:
    std::uint64_t state_;
};

}  // namespace vf
