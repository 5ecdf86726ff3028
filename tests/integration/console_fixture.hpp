// The console API through its routes on a real Postgres of its own, with a sink that keeps what is
// published. Main thread of a test.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "console/api/api_context.hpp"
#include "console/api/routes.hpp"
#include "postgres_fixture.hpp"
#include "vf/http/router.hpp"
#include "vf/json/parse.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/support/answer_route.hpp"
#include "vf/support/past_noon.hpp"

namespace vf::console_tests {

inline const instant noon = support::noon_yesterday();
inline const std::string token = "correct-horse-battery";

class recording_sink final : public kafka::sink {
public:
    runtime::task<result<void>> publish(std::vector<wire::record> published) override {
        if (unavailable) {
            co_return fail(failure::transient, "broker_unavailable");
        }
        for (const auto& record : published) {
            records.push_back(record);
        }
        if (behind == nullptr) {
            co_return result<void>{};
        }
        auto acked = co_await behind->publish(std::move(published));
        co_return acked;
    }

    std::vector<wire::record> records;
    bool unavailable{false};
    kafka::sink* behind{nullptr};  // of a real broker
};

struct answer {
    unsigned status{0};
    std::string text;

    // "data.id", "errors.0.field"
    [[nodiscard]] std::string at(std::string_view path) const {
        const auto parsed = json::parse(text);
        REQUIRE(parsed);
        const json::value* value = &parsed->root();
        while (!path.empty() && value != nullptr) {
            const auto name = path.substr(0, path.find('.'));
            path.remove_prefix(std::min(path.size(), name.size() + 1));
            if (value->is(json::kind::array)) {
                const auto index = static_cast<std::size_t>(std::stoi(std::string{name}));
                value = index < value->items().size() ? &value->items()[index] : nullptr;
            } else {
                value = value->find(name);
            }
        }
        return value == nullptr      ? "absent"
               : value->text.empty() ? std::string{value->source}
                                     : std::string{value->text};
    }
};

class console_fixture {
public:
    console_fixture() {
        REQUIRE(postgres::migrate(
            database_.url(), VF_SOURCE_DIR "/deploy/migrations", std::chrono::seconds{30}
        ));
        console::add_routes(routes_, context_);
    }

    answer send(
        const std::string& method, const std::string& target, const std::string& body = "",
        const std::string& bearer = token
    ) {
        const auto question = target.find('?');
        http::request request;
        request.method = method;
        request.path = target.substr(0, question);
        if (question != std::string::npos) {
            const auto pair = target.substr(question + 1);
            const auto equals = pair.find('=');
            request.query.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
        }
        request.body = body;
        request.headers.add("Authorization", "Bearer " + bearer);
        auto found = routes_.find(method, request.path);
        request.parameters = std::move(found.parameters);
        if (!found.allowed.empty()) {
            request.parameters.emplace("allow", found.allowed.front());
        }
        auto answering = found.route != nullptr
                             ? support::answer_route(*found.route, std::move(request))
                             : routes_.not_found()(std::move(request));
        auto response = support::run_task(database_.events(), std::move(answering));
        return {response.status, response.body};
    }

    runtime::loop& events() { return database_.events(); }

    std::int64_t number(const std::string& statement) {
        return database_.number(*pool_, statement);
    }

    void script(const std::string& statements) { REQUIRE(database_.script(*pool_, statements)); }

    // The id of a new project.
    std::string make_project() {
        const auto answer = send("POST", "/v1/projects", R"({"name":"one"})");
        REQUIRE(answer.status == 201);
        return answer.at("data.id");
    }

    recording_sink sink;
    mail::link_keys links{*mail::link_keys::parse("1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
    };

private:
    postgres_tests::postgres_fixture database_;
    std::unique_ptr<postgres::pool> pool_{database_.make_pool(database_.options())};
    telemetry::registry registry_;
    console::console_metrics metrics_{registry_};
    manual_clock clock_{noon};
    system_random random_;
    crypto::master_key master_{
        *crypto::master_key::from_base64("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
    };
    http::egress_policy egress_{*http::egress_policy::parse("127.0.0.0/8")};
    console::api_context context_{*pool_,  sink,     clock_, random_, master_,
                                  egress_, metrics_, token,  links,   "https://in.example.com"};
    http::router routes_;
};

}  // namespace vf::console_tests
