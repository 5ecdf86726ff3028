// A schema of its own in the database that VF_DATABASE_URL names, dropped at the end. Connections
// made from `url` find nothing but it. For tests that link libs/postgres.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "vf/base/random.hpp"
#include "vf/base/text.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/support/run_task.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::support {

[[nodiscard]] inline std::string database_url() {
    const char* const url = std::getenv("VF_DATABASE_URL");
    if (url == nullptr) {
        throw std::runtime_error{"VF_DATABASE_URL is not set"};
    }
    return url;
}

class scratch_schema {
public:
    scratch_schema() : base_{database_url()} {
        system_random random;
        name_ = "scratch_" + to_base62(random.next(), 11);
        run("CREATE SCHEMA \"" + name_ + '"');
    }

    ~scratch_schema() { run("DROP SCHEMA IF EXISTS \"" + name_ + "\" CASCADE"); }

    scratch_schema(const scratch_schema&) = delete;
    scratch_schema& operator=(const scratch_schema&) = delete;

    [[nodiscard]] std::string url() const {
        if (!base_.contains("://")) {
            return base_ + " options='-csearch_path=\"" + name_ + "\"'";
        }
        return base_ + (base_.contains('?') ? '&' : '?') + "options=-csearch_path%3D%22" + name_ +
               "%22";
    }

private:
    void run(const std::string& statement) const {
        runtime::loop events;
        telemetry::registry metrics;
        postgres::pool_options options{.url = base_, .application_name = "test", .connections = 1};
        postgres::pool database{events, options, metrics};
        auto work = [&statement](postgres::transaction& tx) { tx.script(statement); };
        const auto done = run_task(events, database.transact(work));
        if (!done) {
            std::fprintf(stderr, "%s: %s\n", name_.c_str(), done.error().detail.c_str());
            std::abort();
        }
    }

    std::string base_;
    std::string name_;
};

}  // namespace vf::support
