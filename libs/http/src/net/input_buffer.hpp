// Bytes that came in and were not used yet, in one piece. One per connection, kept between
// messages.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace vf::http {

class input_buffer {
public:
    [[nodiscard]] std::string_view bytes() const { return {memory_.data() + begin_, size()}; }

    [[nodiscard]] std::size_t size() const { return end_ - begin_; }

    [[nodiscard]] bool empty() const { return begin_ == end_; }

    // Room behind the bytes; `commit` says how much of it was filled. Views of bytes end here.
    [[nodiscard]] std::span<char> prepare(std::size_t room) {
        if (memory_.size() - end_ < room) {
            const auto first = memory_.begin() + static_cast<std::ptrdiff_t>(begin_);
            std::copy(first, memory_.begin() + static_cast<std::ptrdiff_t>(end_), memory_.begin());
            end_ -= begin_;
            begin_ = 0;
            memory_.resize(std::max(memory_.size(), end_ + room));
        }
        return {memory_.data() + end_, room};
    }

    void commit(std::size_t count) { end_ += count; }

    void consume(std::size_t count) {
        begin_ += std::min(count, size());
        if (begin_ == end_) {
            begin_ = 0;
            end_ = 0;
        }
    }

private:
    std::vector<char> memory_;
    std::size_t begin_{0};
    std::size_t end_{0};
};

}  // namespace vf::http
