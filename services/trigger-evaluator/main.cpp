#include "trigger-evaluator/app.hpp"
#include "trigger-evaluator/config.hpp"
#include "vf/runtime/service_main.hpp"

int main(int argc, char** argv) {
    return vf::runtime::service_main<vf::trigger_evaluator::app>(
        argc, argv, "trigger-evaluator",
        "Runs every rule against every user whose facts or whose clock ask for it, and makes "
        "drafts.",
        &vf::trigger_evaluator::read_settings
    );
}
