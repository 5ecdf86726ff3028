// Postgres array literals, built one element after the other: `{1,2}`, `{"a \"b\"",NULL}`. Pure.
#pragma once

#include <string>
#include <string_view>

namespace vf::postgres {

class array_literal {
public:
    // An element that needs no quotes: a number, t or f, an instant without spaces.
    void bare(std::string_view element);
    // Any text, always in quotes, so the word NULL and the empty text stay text.
    void quoted(std::string_view element);
    void null();

    [[nodiscard]] std::string finish() &&;

private:
    void separate();

    std::string text_{"{"};
};

}  // namespace vf::postgres
