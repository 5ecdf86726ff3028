#include "ingest-gateway/app.hpp"
#include "ingest-gateway/config.hpp"
#include "vf/runtime/service_main.hpp"

int main(int argc, char** argv) {
    return vf::runtime::service_main<vf::ingest_gateway::app>(
        argc, argv, "ingest-gateway", "takes users, events and mail notices onto the topics",
        vf::ingest_gateway::read_settings
    );
}
