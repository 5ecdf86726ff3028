#include "vf/telemetry/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <exception>
#include <utility>

#include "vf/base/assert.hpp"

namespace vf::telemetry {

namespace {

// The vendor throws at a malformed name, and at a name that another kind of metric has already.
template <class Make>
auto make_or_abort(Make make) {
    try {
        return make();
    } catch (const std::exception&) {
        constexpr bool name_is_well_formed_and_of_one_kind = false;
        VF_ASSERT(name_is_well_formed_and_of_one_kind);
    }
}

}  // namespace

struct registry::state {
    prometheus::Registry metric;
};

void counter::increment(double by) const {
    counter_->Increment(by);
}

void gauge::set(double value) const {
    gauge_->Set(value);
}

void gauge::add(double by) const {
    gauge_->Increment(by);
}

void histogram::observe(double value) const {
    histogram_->Observe(value);
}

const std::vector<double>& latency_buckets() {
    static const std::vector<double> bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                            0.5,   1,      2.5,   5,    10,    30,   60};
    return bounds;
}

registry::registry() : state_{std::make_unique<state>()} {}

registry::~registry() = default;

counter registry::make_counter(std::string_view name, std::string_view help, const labels& labels) {
    return make_or_abort([&] {
        auto family = prometheus::BuildCounter().Name(std::string{name}).Help(std::string{help});
        return counter{&family.Register(state_->metric).Add(labels)};
    });
}

gauge registry::make_gauge(std::string_view name, std::string_view help, const labels& labels) {
    return make_or_abort([&] {
        auto family = prometheus::BuildGauge().Name(std::string{name}).Help(std::string{help});
        return gauge{&family.Register(state_->metric).Add(labels)};
    });
}

histogram registry::make_histogram(
    std::string_view name, std::string_view help, const std::vector<double>& bounds,
    const labels& labels
) {
    return make_or_abort([&] {
        auto family = prometheus::BuildHistogram().Name(std::string{name}).Help(std::string{help});
        return histogram{&family.Register(state_->metric).Add(labels, bounds)};
    });
}

std::string registry::expose() const {
    return prometheus::TextSerializer{}.Serialize(state_->metric.Collect());
}

}  // namespace vf::telemetry
