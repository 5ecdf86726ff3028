// Look-ups that run to their end one call at a time, and the order in which they ended.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/name_lookup.hpp"
#include "dns_server.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::http::tests {

class name_fixture {
public:
    using answer = result<std::vector<ip_address>>;

    explicit name_fixture(const name_options& options, bool with_search = false) {
        names.emplace(events, options, with_search, metrics);
    }

    // With limits that a test can wait for.
    [[nodiscard]] static name_options to(const dns_server& server) {
        name_options options;
        options.servers = {server.where()};
        options.limit = std::chrono::milliseconds{300};
        options.second_family_limit = std::chrono::milliseconds{50};
        options.probe_limit = std::chrono::milliseconds{200};
        return options;
    }

    // All at once; the answers are in the order of the names.
    std::vector<answer> find_all(const std::vector<std::string>& all) {
        std::vector<std::optional<answer>> kept(all.size());
        running_ = all.size();
        for (std::size_t index = 0; index < all.size(); ++index) {
            tasks_.spawn("find", keep(all[index], kept[index]));
        }
        events.run();
        std::vector<answer> answers;
        for (auto& each : kept) {
            answers.push_back(std::move(each).value());
        }
        return answers;
    }

    answer find(const std::string& name) { return find_all({name}).front(); }

    // "192.0.2.1 2001:db8::1", or the code of the error.
    std::string text_of(const std::string& name) { return text(find(name)); }

    [[nodiscard]] static std::string text(const answer& found) {
        if (!found) {
            return found.error().code;
        }
        std::string all;
        for (const auto& each : *found) {
            all += (all.empty() ? "" : " ") + each.text();
        }
        return all;
    }

    runtime::loop events;
    telemetry::registry metrics;
    std::optional<name_lookup> names;
    std::vector<std::string> ended;  // names, in the order in which their look-ups did
    vf::duration limit{std::chrono::seconds{10}};

private:
    runtime::task<> keep(std::string name, std::optional<answer>& into) {
        auto found = co_await names->find(name, limit);
        into.emplace(std::move(found));
        ended.push_back(std::move(name));
        if (--running_ == 0) {
            events.stop_now();
        }
    }

    runtime::task_group tasks_{events.context()};
    std::size_t running_{0};
};

}  // namespace vf::http::tests
