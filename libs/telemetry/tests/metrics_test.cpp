#include "vf/telemetry/metrics.hpp"

#include <catch2/catch_test_macros.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>

namespace {

using vf::telemetry::registry;

// In a child, because what it does ends the process.
template <class Misuse>
bool aborts(Misuse misuse) {
    const pid_t child = ::fork();
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);
        ::close(STDERR_FILENO);
        registry registry;
        misuse(registry);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace

TEST_CASE("metrics: a counter, labelled gauges and a histogram in the text format") {
    registry registry;
    const auto events = registry.make_counter("vf_events_total", "Events accepted.");
    const auto normal = registry.make_gauge("vf_lag_seconds", "Lag.", {{"topic", "vf.ingest"}});
    const auto backfill =
        registry.make_gauge("vf_lag_seconds", "Lag.", {{"topic", "vf.\"back\"\n\\fill"}});
    const auto latency = registry.make_histogram(
        "vf_accept_seconds", "Time to 202.", {0.01, 0.1}, {{"kind", "one"}}
    );
    events.increment();
    events.increment(2);
    events.increment(-1);
    normal.set(1.5);
    backfill.set(4);
    backfill.add(0.5);
    backfill.add(-2);
    latency.observe(0.01);
    latency.observe(0.05);
    latency.observe(7);
    CHECK(
        registry.expose() ==
        "# HELP vf_events_total Events accepted.\n"
        "# TYPE vf_events_total counter\n"
        "vf_events_total 3\n"
        "# HELP vf_lag_seconds Lag.\n"
        "# TYPE vf_lag_seconds gauge\n"
        "vf_lag_seconds{topic=\"vf.\\\"back\\\"\\n\\\\fill\"} 2.5\n"
        "vf_lag_seconds{topic=\"vf.ingest\"} 1.5\n"
        "# HELP vf_accept_seconds Time to 202.\n"
        "# TYPE vf_accept_seconds histogram\n"
        "vf_accept_seconds_count{kind=\"one\"} 3\n"
        "vf_accept_seconds_sum{kind=\"one\"} 7.06\n"
        "vf_accept_seconds_bucket{kind=\"one\",le=\"0.01\"} 1\n"
        "vf_accept_seconds_bucket{kind=\"one\",le=\"0.1\"} 2\n"
        "vf_accept_seconds_bucket{kind=\"one\",le=\"+Inf\"} 3\n"
    );
}

TEST_CASE("metrics: the same name and labels are the same series") {
    registry registry;
    registry.make_counter("vf_a_total", "A.", {{"x", "1"}}).increment();
    registry.make_counter("vf_a_total", "A.", {{"x", "1"}}).increment();
    registry.make_counter("vf_a_total", "A.", {{"x", "2"}}).increment();
    const std::string text = registry.expose();
    CHECK(text.find("vf_a_total{x=\"1\"} 2\n") != text.npos);
    CHECK(text.find("vf_a_total{x=\"2\"} 1\n") != text.npos);
}

TEST_CASE("metrics: registries know nothing of each other") {
    registry first;
    registry second;
    first.make_counter("vf_a_total", "A.").increment();
    CHECK(second.expose().empty());
}

TEST_CASE("metrics: the buckets of latencies rise from a millisecond to a minute") {
    const std::vector<double>& bounds = vf::telemetry::latency_buckets();
    CHECK(std::ranges::is_sorted(bounds));
    CHECK(std::ranges::adjacent_find(bounds) == bounds.end());
    CHECK(bounds.front() == 0.001);
    CHECK(bounds.back() == 60);
}

TEST_CASE("metrics: a malformed or ambiguous name ends the process") {
    CHECK_FALSE(aborts([](registry& metrics) { metrics.make_counter("vf_a_total", "A."); }));
    CHECK(aborts([](registry& metrics) { metrics.make_counter("vf a", "A."); }));
    CHECK(aborts([](registry& metrics) { metrics.make_counter("vf_a", "A.", {{"1x", "y"}}); }));
    CHECK(aborts([](registry& registry) {
        registry.make_counter("vf_a", "A.");
        registry.make_gauge("vf_a", "A.");
    }));
}
