#include "array_literal.hpp"

#include <utility>

namespace vf::postgres {

void array_literal::separate() {
    if (text_.size() > 1) {
        text_ += ',';
    }
}

void array_literal::bare(std::string_view element) {
    separate();
    text_ += element;
}

void array_literal::quoted(std::string_view element) {
    separate();
    text_ += '"';
    for (const char c : element) {
        if (c == '"' || c == '\\') {
            text_ += '\\';
        }
        text_ += c;
    }
    text_ += '"';
}

void array_literal::null() {
    separate();
    text_ += "NULL";
}

std::string array_literal::finish() && {
    text_ += '}';
    return std::move(text_);
}

}  // namespace vf::postgres
