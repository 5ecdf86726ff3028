#include "vf/consumer/outbox.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>

#include "vf/support/memory_topic.hpp"
#include "vf/support/run_task.hpp"

using namespace vf;
using namespace vf::consumer;

namespace {

constexpr std::size_t page = 3;
const error broker_away{failure::transient, "broker_unavailable", {}};
const error database_away{failure::transient, "database_unavailable", {}};

// Numbers as rows: read in order until they are marked.
class number_table {
public:
    runtime::task<result<std::vector<int>>> fetch(std::size_t most) {
        ++fetches;
        if (fetch_error) {
            co_return std::unexpected(*fetch_error);
        }
        const auto count = std::min(most, unpublished.size());
        co_return std::vector<int>(
            unpublished.begin(), unpublished.begin() + static_cast<std::ptrdiff_t>(count)
        );
    }

    runtime::task<result<void>> mark(std::vector<int> rows) {
        if (marks_before_error == 0) {
            co_return std::unexpected(database_away);
        }
        --marks_before_error;
        std::erase_if(unpublished, [&rows](int row) {
            return std::ranges::find(rows, row) != rows.end();
        });
        co_return result<void>{};
    }

    std::vector<int> unpublished;
    std::optional<error> fetch_error;
    int marks_before_error{-1};  // never
    int fetches{0};
};

struct outbox_fixture {
    explicit outbox_fixture(int rows) {
        for (int row = 1; row <= rows; ++row) {
            table.unpublished.push_back(row);
        }
    }

    result<void> publish() { return support::run_task(loop, outbox.publish_all()); }

    [[nodiscard]] std::vector<std::string> published() const {
        std::vector<std::string> values;
        for (const auto& record : sink.published) {
            values.push_back(record.value);
        }
        return values;
    }

    [[nodiscard]] bool counted_rows(int count) const {
        return registry.expose().contains("vf_test_published_total " + std::to_string(count));
    }

    runtime::loop loop;
    telemetry::registry registry;
    support::memory_sink sink;
    number_table table;
    outbox<int> outbox{
        {[this](std::size_t most) { return table.fetch(most); },
         [](int row) {
             return wire::record{
                 .topic = "out", .key = {}, .value = std::to_string(row), .headers = {}
             };
         },
         [this](std::vector<int> rows) { return table.mark(std::move(rows)); }},
        sink,
        registry.make_counter("vf_test_published_total", "Rows that were marked"),
        page
    };
};

}  // namespace

TEST_CASE("outbox: without rows nothing is published and nothing is marked") {
    outbox_fixture fixture{0};
    CHECK(fixture.publish());
    CHECK(fixture.table.fetches == 1);
    CHECK(fixture.sink.published.empty());
    CHECK(fixture.counted_rows(0));
}

TEST_CASE("outbox: rows are published in order, page after page until one is not full") {
    outbox_fixture fixture{7};
    CHECK(fixture.publish());
    CHECK(fixture.published() == std::vector<std::string>{"1", "2", "3", "4", "5", "6", "7"});
    CHECK(fixture.table.unpublished.empty());
    CHECK(fixture.table.fetches == 3);
    CHECK(fixture.counted_rows(7));
}

TEST_CASE("outbox: a last page that is full is followed by one more look") {
    outbox_fixture fixture{6};
    CHECK(fixture.publish());
    CHECK(fixture.sink.published.size() == 6);
    CHECK(fixture.table.fetches == 3);
}

TEST_CASE("outbox: an error of the store is the answer") {
    outbox_fixture fixture{2};
    fixture.table.fetch_error = database_away;
    CHECK(fixture.publish() == std::unexpected(database_away));
    CHECK(fixture.sink.published.empty());
}

TEST_CASE("outbox: what the broker did not acknowledge is not marked") {
    outbox_fixture fixture{2};
    fixture.sink.fail_next(broker_away);
    CHECK(fixture.publish() == std::unexpected(broker_away));
    CHECK(fixture.table.unpublished.size() == 2);
    CHECK(fixture.counted_rows(0));
    CHECK(fixture.publish());
    CHECK(fixture.published() == std::vector<std::string>{"1", "2"});
    CHECK(fixture.counted_rows(2));
}

TEST_CASE("outbox: what was published and not marked, as after a crash, is published again") {
    outbox_fixture fixture{2};
    fixture.table.marks_before_error = 0;
    CHECK(fixture.publish() == std::unexpected(database_away));
    CHECK(fixture.counted_rows(0));
    fixture.table.marks_before_error = -1;
    CHECK(fixture.publish());
    CHECK(fixture.published() == std::vector<std::string>{"1", "2", "1", "2"});
    CHECK(fixture.table.unpublished.empty());
    CHECK(fixture.counted_rows(2));
}

TEST_CASE("outbox: an error ends the pages, and those before it stay marked") {
    outbox_fixture fixture{5};
    fixture.table.marks_before_error = 1;
    CHECK(fixture.publish() == std::unexpected(database_away));
    CHECK(fixture.table.unpublished == std::vector<int>{4, 5});
    CHECK(fixture.counted_rows(3));
}
