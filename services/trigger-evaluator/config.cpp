#include "trigger-evaluator/config.hpp"

namespace vf::trigger_evaluator {

settings read_settings(config::reader& from) {
    settings made;
    made.common = runtime::read_common(from);
    made.database_url = from.secret("VF_DATABASE_URL", "URL of the Postgres database");
    made.database_connections = static_cast<std::size_t>(
        from.integer("VF_DATABASE_CONNECTIONS", 2, 1, 64, "connections to Postgres")
    );
    made.kafka_brokers = from.text("VF_KAFKA_BROKERS", "bootstrap servers, comma-separated");
    made.evaluation_interval = from.duration(
        "VF_EVALUATION_INTERVAL", "60s", "time from the start of one tick to the next"
    );
    if (made.evaluation_interval <= vf::duration{0}) {
        from.fault("VF_EVALUATION_INTERVAL", "must be longer than nothing");
    }
    made.erasure_interval = from.duration(
        "VF_ERASURE_INTERVAL", "5s", "how often people who asked to be forgotten are looked for"
    );
    if (made.erasure_interval <= vf::duration{0}) {
        from.fault("VF_ERASURE_INTERVAL", "must be longer than nothing");
    }
    return made;
}

}  // namespace vf::trigger_evaluator
