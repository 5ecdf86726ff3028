#include "vf/json/canonical.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "vf/json/split.hpp"

namespace vf::json {

namespace {

// An array whose items are written already.
struct written_list {
    std::string_view name;
    std::string_view items;
};

class canonical_writer {
public:
    explicit canonical_writer(std::string& out) : out_{out} {}

    // As deep as the parser lets a value be.
    void put(const value& value) {
        switch (value.kind) {
            case kind::null:
                out_ += '0';
                return;
            case kind::boolean:
                out_ += value.boolean ? 't' : 'f';
                return;
            case kind::number:
                return put_text('n', value.text);
            case kind::string:
                return put_text('s', value.text);
            case kind::array:
                out_ += '[';
                for (const auto& item : value.items()) {
                    put(item);
                }
                out_ += ']';
                return;
            case kind::object:
                return put_object(value, nullptr);
        }
    }

    void put_object(const value& object, const written_list* written) {
        const std::size_t first = sorted_.size();
        for (const auto& member : object.members()) {
            sorted_.push_back(&member);
        }
        const std::size_t last = sorted_.size();
        std::ranges::sort(std::span{sorted_}.subspan(first), {}, &value::name);
        out_ += '{';
        for (std::size_t i = first; i < last; ++i) {
            const value& member = *sorted_[i];
            put_text('m', member.name);
            if (written != nullptr && written->name == member.name) {
                out_.append("[").append(written->items).append("]");
            } else {
                put(member);
            }
        }
        out_ += '}';
        sorted_.resize(first);
    }

    void put_text(char kind, std::string_view text) {
        // One append rather than one for each byte: a body has a hundred of these.
        std::array<char, 12> begin{kind};
        std::size_t size = 1;
        for (std::size_t left = text.size(); left > 0; left >>= 7U) {
            begin.at(size++) = static_cast<char>(0x80U | (left & 0x7FU));
        }
        begin.at(size++) = '\0';
        out_.append(begin.data(), size).append(text);
    }

private:
    std::string& out_;
    std::vector<const value*> sorted_;  // members of the objects that are open, the innermost last
};

}  // namespace

void append_canonical(std::string& out, const value& value) {
    canonical_writer{out}.put(value);
}

void append_canonical(std::string& out, std::string_view string) {
    canonical_writer{out}.put_text('s', string);
}

std::string canonical(const value& value) {
    std::string out;
    out.reserve(value.source.size() + value.source.size() / 4);
    append_canonical(out, value);
    return out;
}

std::string canonical(const value& envelope, std::string_view list, std::string_view items) {
    const written_list written{list, items};
    std::string out;
    out.reserve(envelope.source.size() + items.size());
    canonical_writer{out}.put_object(envelope, &written);
    return out;
}

}  // namespace vf::json
