// The console: the API behind dashboard and vfctl, and the keeper of what was set aside.
#include <cstdio>
#include <string_view>

#include "console/api/routes.hpp"
#include "console/app.hpp"
#include "console/config.hpp"
#include "console/migrate.hpp"
#include "vf/runtime/service_main.hpp"

int main(int argc, char** argv) {
    const std::string_view first = argc > 1 ? argv[1] : "";
    if (first == "migrate") {
        return vf::console::migrate(argc - 1, argv + 1);
    }
    if (first == "--print-routes") {
        std::fputs(vf::console::routes_text().c_str(), stdout);
        return 0;
    }
    return vf::runtime::service_main<vf::console::app>(
        argc, argv, "console",
        "API for operators, and keeper of what was set aside; `console migrate` prepares Postgres"
        " and Kafka",
        vf::console::read_settings
    );
}
