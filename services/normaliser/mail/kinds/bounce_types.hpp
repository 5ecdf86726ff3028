// What the provider's types of bounce mean for customers and for us, one line each. Core.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace vf::normaliser {

enum class bounce_class : std::uint8_t {
    hard,
    soft,
    transient,
    complaint,
    unknown,
    unsubscribe,  // no bounce: the recipient's mail program asks not to be written to
    none          // no bounce
};

struct bounce_type {
    std::string name;  // the provider's: "HardBounce"
    bounce_class means{bounce_class::unknown};
};

struct bounce_row {
    std::string_view name;
    bounce_class means;
    // When the provider has given the address up because of it.
    bounce_class when_inactive;
};

[[nodiscard]] std::span<const bounce_row> bounce_table();

// By its name, never by its code: those differ between the provider's own pages. One that is not
// in the table is unknown.
[[nodiscard]] bounce_type read_bounce_type(std::string_view name, bool inactive);

// As webhooks have it; empty where it is no bounce.
[[nodiscard]] std::string_view name_of(bounce_class means);

}  // namespace vf::normaliser
