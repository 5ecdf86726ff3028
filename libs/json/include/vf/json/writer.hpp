// Writes compact JSON into a string: `json::writer out; out.begin_object().key("a").string("b")
// .end_object(); auto text = std::move(out).take();`. Calls in an impossible order and strings that
// are not UTF-8 are programmer errors (VF_ASSERT): check text from outside before. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vf::json {

class writer {
public:
    writer& begin_object();
    writer& end_object();
    writer& begin_array();
    writer& end_array();
    writer& key(std::string_view name);
    writer& string(std::string_view text);
    writer& integer(std::int64_t number);
    writer& boolean(bool truth);
    writer& null();
    // A value that is JSON already, carried verbatim: a customer's bytes stay a customer's bytes.
    writer& raw(std::string_view json);

    // Shorthand for key(name).string(text) and its siblings.
    writer& member(std::string_view name, std::string_view text);
    writer& member(std::string_view name, const char* text);
    writer& member(std::string_view name, std::int64_t number);
    writer& member(std::string_view name, bool truth);

    [[nodiscard]] std::string take() &&;

private:
    void before_value();

    std::string out_;

    // One entry per open container: how many values it holds, and whether a key waits for its
    // value.
    struct level {
        bool object;
        bool key_pending;
        std::size_t count;
    };

    std::vector<level> open_;
    bool complete_{false};
};

}  // namespace vf::json
