#include "server/head_scan.hpp"

namespace vf::http {

head_state head_scan::advance(std::string_view bytes, const head_limits& limits) {
    while (true) {
        const auto feed = bytes.find('\n', seen_);
        if (feed == std::string_view::npos) {
            seen_ = bytes.size();
            return bytes.size() > limits.bytes ? head_state::too_large : head_state::incomplete;
        }
        seen_ = feed + 1;
        if (feed == line_start_ || bytes[feed - 1] != '\r') {
            return head_state::malformed;
        }
        if (seen_ > limits.bytes) {
            return head_state::too_large;
        }
        const auto line = bytes.substr(line_start_, feed - 1 - line_start_);
        line_start_ = seen_;
        const auto state = take_line(line, limits);
        if (state != head_state::incomplete) {
            return state;
        }
    }
}

head_state head_scan::take_line(std::string_view line, const head_limits& limits) {
    if (line.empty()) {
        return lines_ == 0 ? head_state::malformed : head_state::complete;
    }
    const bool folded = line.front() == ' ' || line.front() == '\t';
    if (folded || line.find('\r') != std::string_view::npos) {
        return head_state::malformed;
    }
    // The request line counts as none of the headers.
    if (lines_ > limits.headers) {
        return head_state::too_large;
    }
    ++lines_;
    return head_state::incomplete;
}

}  // namespace vf::http
