#include "server/body_sink.hpp"

#include <algorithm>

#include "net/ascii.hpp"

namespace vf::http {

namespace {

// What a body is held ahead of what has come, so that not every piece asks.
constexpr std::size_t reserve_step = 16U << 10U;
// Of a body that is decoded, what lies off the wire and not decoded yet.
constexpr std::size_t undecoded_max = 16U << 10U;

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
      most_{limit},
      lease_{lease},
      body_{body},
      gunzip_{coding == content_coding::gzip ? std::make_unique<gunzip>() : nullptr} {}

body_sink::state body_sink::open(std::optional<std::uint64_t> length) {
    if (length && *length > limit_) {
        return state::too_large;
    }
    if (length && gunzip_ == nullptr) {
        most_ = static_cast<std::size_t>(*length);
        return lease_.announce(most_) ? state::good : state::exhausted;
    }
    return state::good;
}

body_sink::state body_sink::reserve(std::size_t size) {
    const std::size_t decoder = gunzip_ == nullptr ? 0 : gunzip::memory + undecoded_max;
    if (size + decoder <= lease_.held()) {
        return state::good;
    }
    const auto ahead = std::max(size, std::min(body_.size() + reserve_step, most_));
    return lease_.hold(ahead + decoder) ? state::good : state::exhausted;
}

std::expected<std::span<char>, body_sink::state> body_sink::prepare(std::size_t room) {
    const bool decodes = gunzip_ != nullptr;
    room = decodes ? std::min(room, undecoded_max) : room;
    if (const auto held = reserve(body_.size() + (decodes ? 0 : room)); held != state::good) {
        return std::unexpected(held);
    }
    std::string& to = decodes ? undecoded_ : body_;
    prepared_from_ = to.size();
    to.resize(prepared_from_ + room);
    return std::span{to.data() + prepared_from_, room};
}

body_sink::state body_sink::commit(std::size_t count) {
    if (gunzip_ == nullptr) {
        body_.resize(prepared_from_ + count);
        return body_.size() > limit_ ? state::too_large : state::good;
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
    // No more than is held already.
    return lease_.hold(body_.size()) ? state::good : state::exhausted;
}

}  // namespace vf::http
