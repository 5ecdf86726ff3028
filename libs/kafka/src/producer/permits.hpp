// What may be in flight at once, in records and bytes: taken for a whole publish or not at all, so
// librdkafka's own queue never fills half-way through one. Any thread.
#pragma once

#include <atomic>
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
        const auto records = records_.fetch_add(request.records) + request.records;
        const auto bytes = bytes_.fetch_add(request.bytes) + request.bytes;
        const bool fits = records <= limit_.records && bytes <= limit_.bytes;
        if (!fits) {
            release(request);
        }
        return fits;
    }

    void release(load request) {
        records_.fetch_sub(request.records);
        bytes_.fetch_sub(request.bytes);
    }

    [[nodiscard]] load taken() const { return {records_.load(), bytes_.load()}; }

private:
    load limit_;
    std::atomic<std::int64_t> records_{0};
    std::atomic<std::int64_t> bytes_{0};
};

}  // namespace vf::kafka
