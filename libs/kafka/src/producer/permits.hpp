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
    explicit permits(load most) : most_{most} {}

    [[nodiscard]] bool take(load requested_load) {
        if (requested_load.records > most_.records - taken_.records ||
            requested_load.bytes > most_.bytes - taken_.bytes) {
            return false;
        }
        taken_.records += requested_load.records;
        taken_.bytes += requested_load.bytes;
        return true;
    }

    void give_back(load done) {
        taken_.records -= done.records;
        taken_.bytes -= done.bytes;
    }

    [[nodiscard]] load taken() const { return taken_; }

private:
    load most_;
    load taken_{};
};

}  // namespace vf::kafka
