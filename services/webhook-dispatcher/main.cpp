#include "vf/runtime/service_main.hpp"
#include "webhook-dispatcher/app.hpp"
#include "webhook-dispatcher/config.hpp"

int main(int argc, char** argv) {
    return vf::runtime::service_main<vf::webhook_dispatcher::app>(
        argc, argv, "webhook-dispatcher",
        "Fans events out to customers' endpoints, signs and sends them, and retries what fails.",
        &vf::webhook_dispatcher::read_settings
    );
}
