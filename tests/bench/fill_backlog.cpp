// Puts a backlog on the live lane as the gateway would have: every user identified, then events of
// them in turn, some canonical. Record ids are as those of requests with an Idempotency-Key, in no
// order of time.
//
// usage: fill_backlog BROKERS PROJECT EVENTS USERS [STRIDE]
// The users are user-0, user-STRIDE, user-2·STRIDE and so on, 1 when it is not given.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "vf/kafka/producer.hpp"
#include "vf/support/run_task.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;

namespace {

constexpr vf::duration limit = std::chrono::minutes{10};
constexpr std::size_t at_once = 2'000;

struct kind_of_event {
    const char* name;
    const char* properties;
};

// The last two move a subscription, which one event in fifty does.
constexpr std::array<kind_of_event, 10> kinds{{
    {"feature_used", R"("feature":"editor","count":2)"},
    {"report_exported", R"("format":"pdf","pages":14)"},
    {"page_viewed", R"("path":"/settings/billing")"},
    {"onboarding_step", R"("step":"invite","completed":true)"},
    {"file_uploaded", R"("bytes":182734,"folder":"contracts")"},
    {"comment_added", R"("thread":"t-8812","length":211)"},
    {"search_done", R"("query":"quarterly numbers","hits":18)"},
    {"session_ended", R"("seconds":733)"},
    {"subscription_changed", R"("to":"pro","interval":"month","mrr":9900)"},
    {"trial_started", R"("trialDays":14)"},
}};

std::size_t kind_of(long number) {
    constexpr long lifecycle_every = 50;
    const auto nth = static_cast<std::size_t>(number);
    return number % lifecycle_every == 0 ? 8 + nth / lifecycle_every % 2 : nth % 8;
}

// 200 to 500 bytes of properties, as customers send.
std::string body_of(long number, const std::string& user) {
    const auto& kind = kinds.at(kind_of(number));
    std::string body = R"({"external_user_id":")" + user + R"(","name":")" + kind.name +
                       R"(","properties":{)" + kind.properties + R"(,"number":)" +
                       std::to_string(number) + R"(,"note":")";
    body.append(150 + static_cast<std::size_t>(number * 37 % 250), 'n');
    return body + "\"}}";
}

class filling {
public:
    filling(runtime::loop& events, kafka::producer& producer, std::string project)
        : events_{events}, into_{producer}, project_{std::move(project)} {}

    void add(const std::string& user, wire::ingest_kind kind, std::string body) {
        wire::ingest_record message;
        message.project = domain::project_id{project_};
        ++number_;
        randomness_.fill(message.id.bytes);
        message.kind = kind;
        message.body = std::move(body);
        message.received_at = start_ + std::chrono::microseconds{number_};
        waiting_.push_back(
            wire::encode(message, domain::external_user_id{user}, wire::topic::ingest)
        );
        if (waiting_.size() == at_once) {
            flush();
        }
    }

    void flush() {
        const auto done =
            support::run_task(events_, into_.publish(std::exchange(waiting_, {})), limit);
        if (!done) {
            std::fprintf(stderr, "fill_backlog: %s\n", done.error().code.c_str());
            std::exit(1);
        }
    }

private:
    runtime::loop& events_;
    kafka::producer& into_;
    std::string project_;
    instant start_{system_clock{}.now()};
    system_random randomness_;
    long number_{0};
    std::vector<wire::record> waiting_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5 && argc != 6) {
        return 64;
    }
    const long events = std::atol(argv[3]);
    const long users = std::max(1L, std::atol(argv[4]));
    const long stride = argc == 6 ? std::max(1L, std::atol(argv[5])) : 1;
    runtime::loop loop;
    telemetry::registry metrics;
    kafka::producer_options options;
    options.cluster.brokers = argv[1];
    options.client_id = "fill_backlog";
    const auto producer = kafka::producer::create(loop, options, metrics);
    if (!producer) {
        return 1;
    }
    filling fill{loop, **producer, argv[2]};
    for (long i = 0; i < users; ++i) {
        const std::string user = "user-" + std::to_string(i * stride);
        fill.add(
            user, wire::ingest_kind::user,
            R"({"external_user_id":")" + user + R"(","email":")" + user +
                R"(@example.com","traits":{"name":"U","plan":"free","seats":3}})"
        );
    }
    for (long i = 0; i < events; ++i) {
        // A stride that meets every user, in no order.
        const std::string user = "user-" + std::to_string(i * 7'919 % users * stride);
        fill.add(user, wire::ingest_kind::event, body_of(i, user));
    }
    fill.flush();
    return 0;
}
