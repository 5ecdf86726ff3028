#include "server/body_sink.hpp"

#include <algorithm>

#include "net/ascii.hpp"

namespace vf::http {

namespace {

// What a body grows by where its length is not known before.
constexpr std::size_t reserve_step = 64U << 10U;

}  // namespace

content_coding coding_of(const headers& headers) {
    const auto* coding = headers.find("Content-Encoding");
    if (coding == nullptr) {
        return content_coding::identity;
    }
    if (headers.count("Content-Encoding") > 1) {
        return content_coding::unsupported;
    }
    if (coding->empty() || equal_ignoring_case(*coding, "identity")) {
        return content_coding::identity;
    }
    const bool gzip =
        equal_ignoring_case(*coding, "gzip") || equal_ignoring_case(*coding, "x-gzip");
    return gzip ? content_coding::gzip : content_coding::unsupported;
}

body_sink::body_sink(std::size_t limit, content_coding coding, body_lease& lease, std::string& body)
    : limit_{limit},
      lease_{lease},
      body_{body},
      gunzip_{coding == content_coding::gzip ? std::make_unique<gunzip>() : nullptr} {}

body_sink::state body_sink::open(std::optional<std::uint64_t> length) {
    if (length && *length > limit_) {
        return state::too_large;
    }
    // What is announced is held before it comes: a body that was begun is not refused halfway.
    const bool known = length && gunzip_ == nullptr;
    const auto first = known ? static_cast<std::size_t>(*length) : std::min(reserve_step, limit_);
    return reserve(first);
}

body_sink::state body_sink::reserve(std::size_t size) {
    const std::size_t decoder = gunzip_ == nullptr ? 0 : gunzip::memory;
    if (size + decoder <= lease_.held()) {
        return state::good;
    }
    const auto ahead = std::max(size, std::min(body_.size() + reserve_step, limit_));
    return lease_.hold(ahead + decoder) ? state::good : state::exhausted;
}

std::span<char> body_sink::prepare(std::size_t room) {
    std::string& to = gunzip_ == nullptr ? body_ : undecoded_;
    prepared_from_ = to.size();
    to.resize(prepared_from_ + room);
    return {to.data() + prepared_from_, room};
}

body_sink::state body_sink::commit(std::size_t count) {
    if (gunzip_ == nullptr) {
        body_.resize(prepared_from_ + count);
        return body_.size() > limit_ ? state::too_large : reserve(body_.size());
    }
    undecoded_.resize(prepared_from_ + count);
    const auto decoded = decode(undecoded_);
    undecoded_.clear();
    return decoded;
}

body_sink::state body_sink::append(std::string_view bytes) {
    if (gunzip_ != nullptr) {
        return decode(bytes);
    }
    if (body_.size() + bytes.size() > limit_) {
        return state::too_large;
    }
    const auto reserved = reserve(body_.size() + bytes.size());
    if (reserved == state::good) {
        body_.append(bytes);
    }
    return reserved;
}

body_sink::state body_sink::decode(std::string_view bytes) {
    bool more = !bytes.empty();
    while (more) {
        const auto step = gunzip_->advance(bytes);
        bytes.remove_prefix(step.taken);
        const bool stuck = step.taken == 0 && step.decoded.empty() && !bytes.empty();
        if (!step.sound || stuck) {
            return state::malformed;
        }
        if (body_.size() + step.decoded.size() > limit_) {
            return state::too_large;
        }
        const auto reserved = reserve(body_.size() + step.decoded.size());
        if (reserved != state::good) {
            return reserved;
        }
        body_.append(step.decoded);
        more = step.more || !bytes.empty();
    }
    return state::good;
}

body_sink::state body_sink::finish() {
    if (gunzip_ != nullptr && !gunzip_->is_whole()) {
        return state::malformed;
    }
    gunzip_.reset();
    // It was reserved ahead, so this asks for no more.
    return lease_.hold(body_.size()) ? state::good : state::exhausted;
}

}  // namespace vf::http
