// What may be in flight at once, in records and bytes: taken for a whole publish or not at all, so
// librdkafka's own queue never fills half-way through one. Pure.
#pragma once

#include <cstdint>

namespace vf::kafka {

struct load {
    std::int64_t records{0};
    std::int64_t bytes{0};
};

class permits {
public:
    explicit permits(load limit) : limit_{limit} {}

    [[nodiscard]] bool take(load request) {
        if (request.records > limit_.records - taken_.records ||
            request.bytes > limit_.bytes - taken_.bytes) {
            return false;
        }
        taken_.records += request.records;
        taken_.bytes += request.bytes;
        return true;
    }

    void release(load request) {
        taken_.records -= request.records;
        taken_.bytes -= request.bytes;
    }

    [[nodiscard]] load taken() const { return taken_; }

private:
    load limit_;
    load taken_{};
};

}  // namespace vf::kafka
