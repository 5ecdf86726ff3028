// The labelled replies of a file under libs/mail/tests/replies. For tests.
#pragma once

#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "vf/mail/classify_reply.hpp"

namespace vf::mail {

struct labelled_reply {
    tone label;
    std::string language;
    std::string kind;  // explicit, implied, hard, plain
    std::string text;
};

inline tone tone_of(const std::string& name) {
    for (const tone value :
         {tone::positive, tone::neutral, tone::negative, tone::unsubscribe_request}) {
        if (name_of(value) == name) {
            return value;
        }
    }
    throw std::runtime_error{"no such tone: " + name};
}

inline std::string with_line_feeds(std::string text) {
    for (auto i = text.find("\\n"); i != std::string::npos; i = text.find("\\n", i)) {
        text.replace(i, 2, "\n");
    }
    return text;
}

// Tab-separated; a line that begins with # is a remark.
inline std::vector<labelled_reply> read_labelled(const std::string& name) {
    std::ifstream file{std::string{VF_REPLIES "/"} + name};
    std::vector<labelled_reply> replies;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.front() == '#') {
            continue;
        }
        const auto language = line.find('\t');
        const auto kind = line.find('\t', language + 1);
        const auto text = line.find('\t', kind + 1);
        if (text == std::string::npos) {
            throw std::runtime_error{"not four columns: " + line};
        }
        replies.push_back(
            {tone_of(line.substr(0, language)), line.substr(language + 1, kind - language - 1),
             line.substr(kind + 1, text - kind - 1), with_line_feeds(line.substr(text + 1))}
        );
    }
    return replies;
}

}  // namespace vf::mail
