// `console migrate`: the schema, its partitions and the topics, before any service starts.
// Blocking, on the main thread, with no loop running.
#pragma once

namespace vf::console {

// Prints what it did. The exit code: 0, 64 bad configuration, 70 refused (a migration failed, a
// topic does not match), 75 Postgres or Kafka did not answer within a minute.
[[nodiscard]] int migrate(int argc, char** argv);

}  // namespace vf::console
