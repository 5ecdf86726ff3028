// Metrics in the Prometheus text format, behind three small handles. Each service lists its series
// in one struct (metrics.hpp of the service) made from a `registry` that its app owns. Handles are
// valid as long as the registry; any thread. Names: vf_ prefix, base units, _total for counters.
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace vf::telemetry {

using labels = std::map<std::string, std::string>;

class counter {
public:
    void increment(double by = 1) const;

private:
    friend class registry;

    explicit counter(prometheus::Counter* counter) : counter_{counter} {}

    prometheus::Counter* counter_;
};

class gauge {
public:
    void set(double value) const;
    void add(double by) const;

private:
    friend class registry;

    explicit gauge(prometheus::Gauge* metric) : gauge_{metric} {}

    prometheus::Gauge* gauge_;
};

class histogram {
public:
    void observe(double value) const;

private:
    friend class registry;

    explicit histogram(prometheus::Histogram* metric) : histogram_{metric} {}

    prometheus::Histogram* histogram_;
};

// Seconds: 1 ms to 60 s.
[[nodiscard]] const std::vector<double>& latency_buckets();

class registry {
public:
    registry();
    ~registry();
    registry(const registry&) = delete;
    registry& operator=(const registry&) = delete;

    // The same name with other labels adds a series to the family.
    counter make_counter(std::string_view name, std::string_view help, const labels& labelled = {});
    gauge make_gauge(std::string_view name, std::string_view help, const labels& labelled = {});
    histogram make_histogram(
        std::string_view name, std::string_view help, const std::vector<double>& bounds,
        const labels& labelled = {}
    );

    [[nodiscard]] std::string expose() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace vf::telemetry
