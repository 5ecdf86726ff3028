// The gateway but for its sockets: its routes over stores, topics and a clock of memory. One
// thread.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <catch2/catch_test_macros.hpp>

#include "ingest-gateway/api/routes.hpp"
#include "memory_store.hpp"
#include "vf/base/text.hpp"
#include "vf/base/time_text.hpp"
#include "vf/crypto/api_key.hpp"
#include "vf/support/memory_topic.hpp"
#include "vf/support/run_task.hpp"

namespace vf::ingest_gateway {

inline const domain::project_id project{"prj_" + std::string(26, '0')};
inline const std::string event_text =
    R"({"external_user_id":"u","name":"x","properties":{"n":1.10}})";

struct gateway_fixture {
    memory_store store;
    support::memory_sink sink;
    support::memory_sink large_sink;
    manual_clock now{*parse_instant("2024-11-20T12:00:00Z")};
    seeded_random randomness{7};
    crypto::new_api_key key{crypto::make_api_key(randomness)};
    crypto::master_key master{*crypto::master_key::from_base64(to_base64(std::string(32, 'k')))};
    telemetry::registry registry;
    metrics metrics{registry};
    broker_health health;
    admission budget;
    int bodies_read{0};
    quotas quotas{quota_settings{true, {1'000, 50, 10}, std::nullopt, 50}};
    http::router router;
    runtime::loop events;
    runtime::task_group tasks{events.context()};
    key_uses uses;
    seen_keys seen;
    authenticator authenticator{
        {store, master, uses, seen}, {events, tasks, now}, std::chrono::hours{6}
    };
    claim_batches batches{{events, tasks, store, now}, {}};
    claim_keys claims{events, batches, now};
    acceptor acceptor{{sink, large_sink, health, budget, claims, quotas, metrics, now, randomness}};
    std::shared_ptr<http::body_budget> large_bodies{
        std::make_shared<http::body_budget>(http::body_limits{}, registry)
    };
    routes routes{{authenticator, quotas, acceptor, metrics, now, large_bodies}};

    gateway_fixture() : gateway_fixture{{{100, 10'000}, {100, 10'000}, std::chrono::seconds{2}}} {}

    explicit gateway_fixture(const admission_limits& limits) : budget{limits} {
        store.customers.emplace(key.digest, customer{project, "key_1", {}, false});
        store.claimed_at = now.now();
        const auto context = "postmark:" + project.text + ":password";
        store.credentials[project.text] = {"mail", master.seal("s3cret", context, randomness)};
        routes.add_to(router);
    }

    http::request request(const std::string& path, const std::string& body) const {
        http::request post;
        post.method = "POST";
        post.path = path;
        post.headers.add("Authorization", "Bearer " + key.secret);
        post.headers.add("Content-Type", "application/json");
        post.body = body;
        return post;
    }

    http::request keyed(const std::string& path, const std::string& body) const {
        auto post = request(path, body);
        post.headers.add("Idempotency-Key", "k");
        return post;
    }

    http::response send(http::request request) {
        auto match = router.find(request.method, request.path);
        REQUIRE(match.route != nullptr);
        request.parameters = std::move(match.parameters);
        auto judged = support::run_task(events, match.route->on_head(request));
        bodies_read += judged ? 1 : 0;
        return judged ? support::run_task(events, judged->handler(std::move(request)))
                      : std::move(judged.error());
    }

    http::request mail_request(const std::string& pair, const std::string& body) const {
        http::request post = request("/api/v1/postmark/" + project.text, body);
        post.headers.all.front().value = "Basic " + to_base64(pair);
        return post;
    }

    http::response mail(const std::string& pair, const std::string& body) {
        return send(mail_request(pair, body));
    }
};

}  // namespace vf::ingest_gateway
