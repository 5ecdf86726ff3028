// Records that take too long, and a process that has run out of memory.
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <new>
#include <string>

#include "vf/wire/deferral.hpp"
#include "worker_fixture.hpp"

using namespace vf;
using namespace vf::consumer;
using namespace vf::consumer::tests;
using namespace std::chrono_literals;

namespace {

constexpr vf::duration statement_limit = 15s;

// Of two projects, prj_slow and prj_other in turn.
std::vector<wire::record> of_two(std::size_t count) {
    auto records = numbered(count);
    for (std::size_t i = 0; i < count; ++i) {
        records[i].key = i % 2 == 0 ? "prj_slow:u" : "prj_other:u";
    }
    return records;
}

struct slow_fixture : worker_fixture {
    explicit slow_fixture(std::vector<wire::record> records, std::size_t batch_max)
        : worker_fixture{std::move(records), batch_max} {
        table.on_timeout = [this] { clock.advance(statement_limit); };
    }

    [[nodiscard]] std::ptrdiff_t put_off() const {
        return std::ranges::count(sink.published, "later", &wire::record::topic);
    }
};

}  // namespace

TEST_CASE("slow records: one alone is put off, its neighbours are written, and others wait little"
) {
    auto records = of_two(256);
    records[100].value = "stuck";
    slow_fixture w{std::move(records), 256};
    w.deferral_topic = "later";
    w.run();
    CHECK(w.source.committed() == 256);
    CHECK(w.set_aside() == 0);
    CHECK(w.table.rows.size() + static_cast<std::size_t>(w.put_off()) == 256);
    for (const auto& record : w.sink.published) {
        if (record.topic == "later") {
            CHECK(record.key == "prj_slow:u");
        }
    }
    // The whole batch twice, then one project's for no longer than its budget and its last try.
    CHECK(w.clock.now() - noon <= 2 * statement_limit + 1min + 2 * statement_limit);
}

TEST_CASE("slow records: one that was put off before is set aside") {
    auto records = of_two(8);
    records[4].value = "stuck";
    records[4].headers.push_back({std::string{wire::origin_header}, "first/3/44"});
    slow_fixture w{std::move(records), 8};
    w.deferral_topic = "later";
    w.run();
    CHECK(w.source.committed() == 8);
    CHECK(w.set_aside() == 1);
    CHECK(w.reason_of("stuck").code == "refused_by_database");
    CHECK(w.reason_of("stuck").detail == "57014");
}

TEST_CASE("slow records: where nothing is put off, one alone is set aside after a minute") {
    auto records = numbered(1);
    records[0].value = "stuck";
    slow_fixture w{std::move(records), 1};
    w.run();
    CHECK(w.source.committed() == 1);
    CHECK(w.set_aside() == 1);
    CHECK(w.table.transactions == 4);
}

TEST_CASE("slow records: each time some of a project's come to an end, and the rest is put off") {
    for (const bool before : {false, true}) {
        auto records = valued("stuck", 500);
        for (auto& record : records) {
            record.key = "prj_slow:u";
            if (before) {
                record.headers.push_back({std::string{wire::origin_header}, "first/3/44"});
            }
        }
        slow_fixture w{std::move(records), 500};
        w.deferral_topic = "later";
        w.run();
        CHECK(w.source.committed() == 500);
        CHECK(w.set_aside() == (before ? 1 : 0));
        CHECK(w.put_off() + w.set_aside() == 500);
        CHECK(w.clock.now() - noon <= 3min);
    }
}

TEST_CASE("slow records: an outage in between is not charged to a project") {
    auto records = of_two(8);
    records[4].value = "bad";
    slow_fixture w{std::move(records), 8};
    w.deferral_topic = "later";
    w.table.on_process = [&w] {
        if (w.table.transactions == 2) {
            w.clock.advance(1h);
            w.table.failures = {{failure::transient, "database_unavailable", ""}};
        }
    };
    w.run();
    CHECK(w.put_off() == 0);
    CHECK(w.set_aside() == 1);
    CHECK(w.table.rows.size() == 7);
}

TEST_CASE("slow records: memory that runs out is no record's fault") {
    slow_fixture w{numbered(4), 4};
    w.table.on_process = [&w] {
        if (w.table.transactions < 4) {
            throw std::bad_alloc{};
        }
    };
    w.run();
    CHECK(w.set_aside() == 0);
    CHECK(w.table.rows.size() == 4);
    CHECK(w.source.committed() == 4);
}
