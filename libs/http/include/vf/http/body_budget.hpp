// How many bytes of request bodies a process holds over all its connections and loops, and how many
// of them for one account: whoever sends a lot, or sends slowly, does so within his share. Owned by
// app, used by its servers.
//
// Any thread. A lease gives back what it holds when it is destroyed, and may outlive the budget.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "vf/telemetry/metrics.hpp"

namespace vf::http {

struct body_limits {
    std::size_t total{96U << 20U};
    // Of the total, what one account may hold or have announced. One that holds nothing else may
    // have any body that there is room for.
    std::size_t share{24U << 20U};
    // The label "budget" of its metric; empty: none.
    std::string_view name{};

    // The last of the total is for accounts that hold nothing else, and for one usual body each:
    // a few that send as much as they may leave room for everybody.
    [[nodiscard]] std::size_t reserved() const { return total / 8; }

    static constexpr std::size_t usual_body = 256U << 10U;
};

class body_lease;

class body_budget {
public:
    body_budget(const body_limits& limits, telemetry::registry& metrics);

    // Holds nothing yet.
    [[nodiscard]] body_lease open(std::string account) const;

    [[nodiscard]] std::size_t held() const;

private:
    friend class body_lease;
    struct state;

    std::shared_ptr<state> state_;
};

class body_lease {
public:
    // Of no budget: holds whatever it is asked to.
    body_lease() = default;
    ~body_lease();
    body_lease(body_lease&& from) noexcept;
    body_lease& operator=(body_lease&& from) noexcept;

    // So many bytes are to come. They count within the share of the account and take no room of
    // others before they come; false, and as it was, when the share has no room for more.
    [[nodiscard]] bool announce(std::size_t bytes);

    // From now on it holds so many bytes; false, and as it was, when there is no room for more.
    [[nodiscard]] bool hold(std::size_t bytes);

    [[nodiscard]] std::size_t held() const { return bytes_; }

private:
    friend class body_budget;

    body_lease(std::shared_ptr<body_budget::state> budget, std::string account);
    [[nodiscard]] bool change(std::size_t announced, std::size_t bytes);
    void give_back() noexcept;

    std::shared_ptr<body_budget::state> budget_;
    std::string account_;
    std::size_t announced_{0};
    std::size_t bytes_{0};
};

}  // namespace vf::http
