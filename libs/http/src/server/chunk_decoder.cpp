#include "server/chunk_decoder.hpp"

#include <algorithm>

#include "net/ascii.hpp"

namespace vf::http {

namespace {

constexpr std::size_t line_length_max = 1'024;
constexpr std::size_t trailer_bytes_max = 8'192;
constexpr std::size_t size_digits_max = 15;

}  // namespace

chunk_decoder::step chunk_decoder::advance(std::string_view bytes, std::string& body) {
    std::size_t taken = 0;
    while (place_ != place::end) {
        const auto rest = bytes.substr(taken);
        if (place_ == place::data) {
            const auto count =
                static_cast<std::size_t>(std::min<std::uint64_t>(left_, rest.size()));
            body.append(rest.substr(0, count));
            taken += count;
            left_ -= count;
            if (left_ > 0) {
                return {state::incomplete, taken};
            }
            place_ = place::data_end;
            continue;
        }
        const auto feed = rest.find('\n');
        const auto longest = place_ == place::data_end ? 0 : line_length_max;
        if (std::min(feed, rest.size()) > longest + 1) {
            return {state::malformed, taken};
        }
        if (feed == std::string_view::npos) {
            return {state::incomplete, taken};
        }
        if (feed == 0 || rest[feed - 1] != '\r') {
            return {state::malformed, taken};
        }
        const auto state = take_line(rest.substr(0, feed - 1));
        if (state != state::incomplete) {
            return {state, taken};
        }
        taken += feed + 1;
    }
    return {state::complete, taken};
}

chunk_decoder::state chunk_decoder::take_line(std::string_view line) {
    auto is_stray = [](char c) { return is_control(c) && c != '\t'; };
    if (std::any_of(line.begin(), line.end(), is_stray)) {
        return state::malformed;
    }
    switch (place_) {
        case place::size_line:
            return take_size(line);
        case place::trailer_line:
            return take_trailer(line);
        case place::data_end:
            place_ = place::size_line;
            break;
        case place::data:
        case place::end:
            break;
    }
    return state::incomplete;
}

chunk_decoder::state chunk_decoder::take_size(std::string_view line) {
    std::size_t digits = 0;
    std::uint64_t size = 0;
    while (digits < line.size() && hex_value(line[digits]) >= 0) {
        size = size * 16 + static_cast<std::uint64_t>(hex_value(line[digits]));
        ++digits;
        if (digits > size_digits_max) {
            return state::malformed;
        }
    }
    const bool has_extension = digits < line.size() && line[digits] == ';';
    if (digits == 0 || (digits < line.size() && !has_extension)) {
        return state::malformed;
    }
    body_ += size;
    if (body_ > body_limit_) {
        return state::too_large;
    }
    left_ = size;
    place_ = size > 0 ? place::data : place::trailer_line;
    return state::incomplete;
}

chunk_decoder::state chunk_decoder::take_trailer(std::string_view line) {
    if (line.empty()) {
        place_ = place::end;
        return state::incomplete;
    }
    trailers_ += line.size();
    const bool is_field = line.find(':') != std::string_view::npos && line.front() != ' ' &&
                          line.front() != '\t' && line.front() != ':';
    return is_field && trailers_ <= trailer_bytes_max ? state::incomplete : state::malformed;
}

}  // namespace vf::http
