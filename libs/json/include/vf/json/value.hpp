// One value of a parsed text, with what other parsers lose: the text of a number as it was sent and
// the verbatim slice of the input it came from. It lives in a `document`, where all that is inside
// it stands behind it: it is referred to and never copied, and reading it allocates nothing.
// Immutable after the parse; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace vf::json {

enum class kind : std::uint8_t { null, boolean, number, string, array, object };

class children;

// The texts point into the parsed text and into the document.
class value {
public:
    value() = default;
    ~value() = default;
    value(value&&) = default;  // for the vector that a document is
    value& operator=(value&&) = default;
    value(const value&) = delete;
    value& operator=(const value&) = delete;

    json::kind kind{json::kind::null};
    bool boolean{false};
    std::string_view name;  // of a member of an object, decoded
    std::string_view text;  // the decoded string, or the number exactly as it was written
    std::string_view source;

    [[nodiscard]] bool is(json::kind requested_kind) const { return kind == requested_kind; }

    // In the order they were written; none when this is no array, no object.
    [[nodiscard]] children items() const;
    [[nodiscard]] children members() const;

    // The member of that name of an object; null when absent or when this is no object.
    [[nodiscard]] const value* find(std::string_view member_name) const;
    // The last member whose name passes: where one thing may be named in several ways, it is what
    // was written last. Null as above.
    template <class Test>
    [[nodiscard]] const value* find_last(Test is_it) const;
    // The string of that member; nothing when absent or of another type.
    [[nodiscard]] std::optional<std::string_view> string_at(std::string_view member_name) const;
    // A number that is a whole int64 ("5", "5.0", "5e0" are; "5.5" and 2^63 are not).
    [[nodiscard]] std::optional<std::int64_t> as_integer() const;
    [[nodiscard]] std::optional<double> as_double() const;

private:
    friend class builder;
    friend class children;

    std::uint32_t size_{0};  // values in it
    std::uint32_t span_{1};  // values in the document from this one to the last that is inside it
};

// The values in an array or object.
class children {
public:
    class iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = value;
        using difference_type = std::ptrdiff_t;
        using pointer = const value*;
        using reference = const value&;

        iterator() = default;

        explicit iterator(const value* child) : child_{child} {}

        reference operator*() const { return *child_; }

        pointer operator->() const { return child_; }

        iterator& operator++() {
            child_ += child_->span_;
            return *this;
        }

        iterator operator++(int) {
            const iterator before = *this;
            ++*this;
            return before;
        }

        friend bool operator==(iterator, iterator) = default;

    private:
        const value* child_{nullptr};
    };

    children() = default;

    explicit children(const value& parent)
        : begin_{&parent + 1}, end_{&parent + parent.span_}, size_{parent.size_} {}

    [[nodiscard]] iterator begin() const { return begin_; }

    [[nodiscard]] iterator end() const { return end_; }

    [[nodiscard]] std::size_t size() const { return size_; }

    [[nodiscard]] bool empty() const { return size_ == 0; }

    // Of those that are there. It walks: for arrays of a few.
    [[nodiscard]] const value& operator[](std::size_t index) const {
        return *std::next(begin_, static_cast<std::ptrdiff_t>(index));
    }

private:
    iterator begin_;
    iterator end_;
    std::size_t size_{0};
};

template <class Test>
const value* value::find_last(Test is_it) const {
    const value* found = nullptr;
    for (const value& each : members()) {
        found = is_it(each.name) ? &each : found;
    }
    return found;
}

}  // namespace vf::json
