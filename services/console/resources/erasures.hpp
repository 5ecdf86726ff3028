// Erasures: their routes, how one is shown, and the loop that ends those that every service has
// done.
#pragma once

#include <span>

#include "console/api/api_context.hpp"
#include "console/store/erasure_store.hpp"
#include "vf/json/writer.hpp"
#include "vf/runtime/signal.hpp"

namespace vf::console {

void write(json::writer& out, const erasure_row& row);

[[nodiscard]] std::span<const route> erasure_routes();

// Looks every `pause` until `stop`. Loop thread; any number of replicas.
[[nodiscard]] runtime::task<> end_erasures(
    postgres::pool& database, const vf::clock& clock, vf::duration pause, runtime::signal& stop
);

}  // namespace vf::console
