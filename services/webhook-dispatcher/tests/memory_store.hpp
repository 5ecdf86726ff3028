// The ports of this service in memory, for its shells. Loop thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "vf/kafka/sink.hpp"
#include "vf/runtime/signal.hpp"
#include "webhook-dispatcher/attempt/attempt.hpp"
#include "webhook-dispatcher/store.hpp"

namespace vf::webhook_dispatcher {

class memory_store final : public store {
public:
    struct stored {
        leased_delivery row;
        delivery_state state{delivery_state::pending};
        std::string token;
        bool leased{false};
        std::vector<attempt_row> attempts;
    };

    void add(const std::string& id, const std::string& endpoint) {
        stored new_stored;
        new_stored.row.id = domain::delivery_id{id};
        new_stored.row.endpoint = domain::endpoint_id{endpoint};
        new_stored.row.body = R"({"id":"evt_1"})";
        new_stored.row.url = "https://example.com/hook";
        rows[id] = new_stored;
    }

    runtime::task<result<fanned_out>> fan_out_new(
        std::vector<wire::webhook_event> events, duration first_delay
    ) override {
        if (refuse) {
            co_return std::unexpected(*refuse);
        }
        first_delays.push_back(first_delay);
        for (auto& event : events) {
            kept.push_back(std::move(event));
        }
        co_return fanned;
    }

    runtime::task<result<std::vector<lane_item>>> start_again(std::vector<resend> resends
    ) override {
        std::vector<lane_item> started;
        for (const resend& each : resends) {
            const auto found = rows.find(each.delivery.text);
            if (found == rows.end() || !applied.insert(each.id).second) {
                continue;
            }
            found->second.state = delivery_state::pending;
            found->second.row.attempts = 0;
            ++found->second.row.run;
            started.push_back({found->second.row.id, found->second.row.endpoint, {}, true});
        }
        co_return started;
    }

    runtime::task<result<std::vector<leased_delivery>>> lease(
        std::vector<domain::delivery_id> deliveries, std::string token
    ) override {
        ++leases;
        if (refuse) {
            co_return std::unexpected(*refuse);
        }
        std::vector<leased_delivery> leased;
        for (const auto& id : deliveries) {
            const auto found = rows.find(id.text);
            if (found == rows.end() || found->second.leased ||
                found->second.state != delivery_state::pending) {
                continue;
            }
            found->second.leased = true;
            found->second.token = token;
            found->second.row.token = token;
            leased.push_back(found->second.row);
        }
        if (on_leased) {
            on_leased();
        }
        co_return leased;
    }

    runtime::task<result<void>> release(std::string token) override {
        for (auto& [id, each] : rows) {
            if (each.token == token) {
                each.leased = false;
                each.token.clear();
                ++released;
            }
        }
        co_return result<void>{};
    }

    runtime::task<result<std::vector<domain::delivery_id>>> record_outcomes(
        std::vector<outcome> outcomes
    ) override {
        settles.push_back(outcomes.size());
        if (!settle_errors.empty()) {
            auto why = settle_errors.front();
            settle_errors.pop_front();
            co_return std::unexpected(why);
        }
        std::vector<domain::delivery_id> lost;
        for (const outcome& each : outcomes) {
            if (impossible.contains(each.id.text)) {
                co_return fail(failure::data, "database_refused");
            }
        }
        for (const outcome& each : outcomes) {
            stored& row = rows.at(each.id.text);
            if (row.token != each.token) {
                lost.push_back(each.id);
                continue;
            }
            row.leased = false;
            row.token.clear();
            row.state = each.next.state;
            row.row.attempts = each.attempts;
            if (each.attempt) {
                row.attempts.push_back(*each.attempt);
            }
        }
        co_return lost;
    }

    runtime::task<result<std::vector<due_delivery>>> due(
        sweep_cursor after, std::vector<std::string> full, std::size_t most
    ) override {
        asked_after.push_back(after);
        asked_full = std::move(full);
        const std::set<std::string> without(asked_full.begin(), asked_full.end());
        std::vector<due_delivery> found;
        for (const due_delivery& each : waiting) {
            const std::pair here{each.due_at, each.item.delivery.text};
            if (here > std::pair{after.due_at, after.delivery} && found.size() < most &&
                !without.contains(each.item.endpoint.text)) {
                found.push_back(each);
            }
        }
        co_return found;
    }

    runtime::task<result<duration>> oldest_due() override { co_return oldest; }

    runtime::task<result<std::vector<dead_delivery>>> unpublished_dead(std::size_t most) override {
        std::vector<dead_delivery> found;
        for (const auto& each : dead) {
            if (found.size() < most) {
                found.push_back(each);
            }
        }
        co_return found;
    }

    runtime::task<result<void>> mark_published(std::vector<dead_delivery> dead_deliveries
    ) override {
        for (const auto& each : dead_deliveries) {
            std::erase_if(dead, [&each](const dead_delivery& one) { return one.id == each.id; });
        }
        co_return result<void>{};
    }

    std::map<std::string, stored> rows;
    std::vector<wire::webhook_event> kept;
    fanned_out fanned;
    std::vector<duration> first_delays;
    std::set<std::string> applied;
    std::set<std::string> impossible;
    std::deque<error> settle_errors;
    std::vector<std::size_t> settles;
    std::vector<due_delivery> waiting;  // in order
    std::vector<sweep_cursor> asked_after;
    std::vector<std::string> asked_full;
    std::vector<dead_delivery> dead;
    std::optional<error> refuse;
    std::function<void()> on_leased;
    duration oldest{0};
    int leases{0};
    int released{0};
};

class memory_sink final : public kafka::sink {
public:
    runtime::task<result<void>> publish(std::vector<wire::record> records) override {
        if (refuse) {
            co_return std::unexpected(*refuse);
        }
        for (auto& record : records) {
            published.push_back(std::move(record));
        }
        co_return result<void>{};
    }

    std::vector<wire::record> published;
    std::optional<error> refuse;
};

// Answers in the order given, then the last of them.
class scripted_sender final : public sender {
public:
    runtime::task<result<http::client_response>> send(http::client_request request) override {
        sent.push_back(std::move(request));
        if (hang != nullptr) {
            co_await hang->wait();
        }
        auto answer = answers.front();
        if (answers.size() > 1) {
            answers.pop_front();
        }
        co_return answer;
    }

    void answer(unsigned status) {
        http::client_response response;
        response.status = status;
        response.body = "answer";
        response.address = "192.0.2.1";
        answers.emplace_back(response);
    }

    std::deque<result<http::client_response>> answers;
    std::vector<http::client_request> sent;
    runtime::signal* hang{nullptr};
};

}  // namespace vf::webhook_dispatcher
