#include "normaliser/app.hpp"
#include "normaliser/config.hpp"
#include "vf/runtime/service_main.hpp"

int main(int argc, char** argv) {
    return vf::runtime::service_main<vf::normaliser::app>(
        argc, argv, "normaliser", "keeps users, events and mail notices in the database",
        vf::normaliser::read_settings
    );
}
