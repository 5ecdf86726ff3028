#include "server/gunzip.hpp"

#include <new>

namespace vf::http {

namespace {

// The largest window there is, and a header of gzip rather than of zlib.
constexpr int window_of_gzip = 15 + 16;

}  // namespace

gunzip::gunzip() {
    if (inflateInit2(&stream_, window_of_gzip) != Z_OK) {
        throw std::bad_alloc{};
    }
}

gunzip::~gunzip() {
    inflateEnd(&stream_);
}

gunzip::step gunzip::advance(std::string_view input) {
    if (ended_ && input.empty()) {
        return {};
    }
    if (ended_) {
        inflateReset(&stream_);
        ended_ = false;
    }
    // zlib does not write to its input; its interface predates const.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
    stream_.avail_out = static_cast<uInt>(piece_.size());
    const int outcome = inflate(&stream_, Z_NO_FLUSH);
    step step;
    // Z_BUF_ERROR: there was nothing to do.
    step.sound = outcome == Z_OK || outcome == Z_STREAM_END || outcome == Z_BUF_ERROR;
    step.taken = input.size() - stream_.avail_in;
    step.decoded = {piece_.data(), piece_.size() - stream_.avail_out};
    step.more = outcome == Z_OK && stream_.avail_out == 0;
    ended_ = outcome == Z_STREAM_END;
    return step;
}

}  // namespace vf::http
