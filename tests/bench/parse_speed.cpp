// parse_speed: what the gateway's own work on a body costs, without sockets, broker and database.
// For each shape of request the CPU time of one record and the bytes a second of: the parse, the
// parse with the digest of an Idempotency-Key, and the whole way from a request to the records for
// the topic; then of what the normaliser does to read one such record again. The best of several
// rounds: what else runs on the machine only ever adds.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string>

#include "ingest-gateway/api/plan.hpp"
#include "vf/base/time_text.hpp"
#include "vf/wire/customer_json.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

constexpr int rounds = 9;
constexpr double round_seconds = 0.15;

const instant now = *parse_instant("2024-11-20T12:00:00Z");

double cpu_seconds() {
    timespec spent{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) * 1e-9;
}

// The event of post.lua.
std::string usual_event(int n) {
    std::string notes;
    for (int i = 0; i < 16; ++i) {
        notes += "lorem ipsum ";
    }
    return fmt::format(
        R"({{"external_user_id":"user-{}","name":"report_exported","properties":{{"pages":{},)"
        R"("format":"pdf","title":"Quarterly report","tags":["finance","board","draft"],)"
        R"("duration_ms":1840,"workspaceId":"ws_8123","source":"app","plan":"pro",)"
        R"("locale":"en-GB","client":{{"name":"web","version":"4.12.1"}},"notes":"{}"}}}})",
        n % 50'000, n % 97, notes
    );
}

std::string wide_event(int n) {
    std::string bag;
    for (int i = 0; i < 20; ++i) {
        bag += fmt::format(
            R"({}"property_{}":{})", i == 0 ? "" : ",", i,
            i % 2 == 0 ? fmt::format("{}.50", n + i) : fmt::format(R"("value {}")", n + i)
        );
    }
    return fmt::format(
        R"({{"external_user_id":"user-{}","name":"report_exported",)"
        R"("timestamp":"2024-11-19T10:{:02}:00.123Z","properties":{{{}}}}})",
        n, n % 60, bag
    );
}

std::string list_of(std::string (*event)(int), int count) {
    std::string text = R"({"events":[)";
    for (int i = 0; i < count; ++i) {
        text += i == 0 ? "" : ",";
        text += event(i * 131);
    }
    return text + "]}";
}

struct shape {
    const char* name;
    route_id route;
    std::string body;
    std::size_t records;
};

template <class Work>
double seconds_of(Work work) {
    double best = 1e9;
    for (int round = 0; round < rounds; ++round) {
        const double begun = cpu_seconds();
        double ended = begun;
        int done = 0;
        while (ended - begun < round_seconds) {
            work();
            ++done;
            ended = cpu_seconds();
        }
        best = std::min(best, (ended - begun) / done);
    }
    return best;
}

void require(bool passed) {
    if (!passed) {
        fmt::print(stderr, "parse_speed: a body was refused\n");
        std::exit(EXIT_FAILURE);
    }
}

void print(const shape& shape, const char* work, double seconds) {
    const double records = static_cast<double>(shape.records);
    const double bytes = static_cast<double>(shape.body.size());
    fmt::print(
        "{:<12} {:<8} {:>8.0f} ns/record {:>8.0f} MB/s\n", shape.name, work,
        seconds / records * 1e9, bytes / seconds / 1e6
    );
}

void measure(const shape& shape) {
    print(shape, "parse", seconds_of([&] {
              require(parse_request(shape.route, shape.body, now).has_value());
          }));
    print(shape, "digest", seconds_of([&] {
              require(parse_request(shape.route, shape.body, now, digest::of_body).has_value());
          }));
    const auto* const route = std::ranges::find(record_routes, shape.route, &route_traits::id);
    http::request request;
    request.method = "POST";
    request.path = route->path;
    request.headers.add("Content-Type", "application/json");
    request.headers.add("Idempotency-Key", "1732100000-0-4711");
    request.body = shape.body;
    customer customer;
    customer.project = domain::project_id{"prj_01h455vb4pex5vsknk084sn02q"};
    seeded_random randomness{1};
    print(shape, "whole", seconds_of([&] {
              const auto write = plan_write(*route, customer, request, now);
              require(write.has_value());
              const auto records = records_of(*write, {wire::topic::ingest, true, now}, randomness);
              require(records.size() == shape.records);
          }));
}

void measure_reader(const shape& shape) {
    wire::ingest_record message;
    message.project = domain::project_id{"prj_01h455vb4pex5vsknk084sn02q"};
    message.body = shape.body;
    message.received_at = now;
    const auto record =
        wire::encode(message, domain::external_user_id{"user-1"}, wire::topic::ingest);
    print(shape, "read", seconds_of([&] {
              const auto read = wire::decode_ingest(record);
              const auto body = json::parse_located(read->body, wire::record_limits);
              require(wire::parse_track(body->root(), now, wire::strictness::whole).has_value());
          }));
}

}  // namespace

int main() {
    const shape single{"single", route_id::events, usual_event(131), 1};
    measure(single);
    measure({"batch 100", route_id::batch, list_of(usual_event, 100), 100});
    measure({"bulk 1000", route_id::events_bulk, list_of(wide_event, 1'000), 1'000});
    measure_reader(single);
    measure_reader({"20 properties", route_id::events, wide_event(131), 1});
    return EXIT_SUCCESS;
}
