#include "trigger-evaluator/config.hpp"

namespace vf::trigger_evaluator {

settings read_settings(config::reader& reader) {
    settings settings;
    settings.common = runtime::read_common(reader);
    settings.database_url = reader.secret("VF_DATABASE_URL", "URL of the Postgres database");
    settings.database_connections = static_cast<std::size_t>(
        reader.integer("VF_DATABASE_CONNECTIONS", 2, 1, 64, "connections to Postgres")
    );
    settings.cluster = kafka::read_cluster(reader);
    settings.evaluation_interval = reader.duration(
        "VF_EVALUATION_INTERVAL", "60s", "time from the start of one tick to the next"
    );
    if (settings.evaluation_interval <= vf::duration{0}) {
        reader.fault("VF_EVALUATION_INTERVAL", "must be longer than nothing");
    }
    settings.erasure_interval = reader.duration(
        "VF_ERASURE_INTERVAL", "5s", "how often people who asked to be forgotten are looked for"
    );
    if (settings.erasure_interval <= vf::duration{0}) {
        reader.fault("VF_ERASURE_INTERVAL", "must be longer than nothing");
    }
    return settings;
}

}  // namespace vf::trigger_evaluator
