// The one error type of the house and `result<T>`, its carrier. Expected outcomes and failures of
// the environment are values; broken invariants are VF_ASSERT (assert.hpp). Used on any thread.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace vf {

// What the caller may do about it, which is all a caller needs to branch on.
enum class failure {
    transient,  // the environment failed; the same call may succeed later
    data,       // the input is at fault and would be refused again
    conflict,   // the state of the other side forbids it (a unique key, a wrong version)
    permanent,  // configuration or a bug; repeating does not help
    stopped,    // we are draining
};

// `code` is snake_case and stable (metrics, reasons). `detail` is for operators and is never sent
// to a customer.
struct error {
    failure kind{failure::permanent};
    std::string code;
    std::string detail;

    [[nodiscard]] bool is_transient() const { return kind == failure::transient; }

    friend bool operator==(const error&, const error&) = default;
};

template <class T>
using result = std::expected<T, error>;

[[nodiscard]] inline std::unexpected<error> fail(
    failure kind, std::string code, std::string detail = {}
) {
    return std::unexpected(error{kind, std::move(code), std::move(detail)});
}

// Carries an error of one result into another: `return forward(x);`
template <class T>
[[nodiscard]] std::unexpected<error> forward(result<T>& failed) {
    return std::unexpected(std::move(failed.error()));
}

}  // namespace vf
