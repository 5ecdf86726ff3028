#include "webhook-dispatcher/attempt/attempt.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include "vf/domain/limits.hpp"
#include "webhook-dispatcher/attempt/classify.hpp"
#include "webhook-dispatcher/attempt/decide.hpp"

namespace vf::webhook_dispatcher {

namespace {

outcome begin_outcome(const leased_delivery& leased) {
    outcome outcome;
    outcome.id = leased.id;
    outcome.endpoint = leased.endpoint;
    outcome.token = leased.token;
    outcome.run = leased.run;
    outcome.attempts = leased.attempts;
    return outcome;
}

constexpr duration put_off_for = std::chrono::seconds{5};

std::string outcome_text(const next_step& next) {
    return next.state == delivery_state::pending ? "retry" : std::string{text_of(next.state)};
}

}  // namespace

bool may_attempt(const leased_delivery& leased) {
    return leased.condition == endpoint_condition::open ||
           (leased.condition == endpoint_condition::gone && leased.run > 1);
}

outcome park(const leased_delivery& leased) {
    outcome outcome = begin_outcome(leased);
    outcome.next = {delivery_state::dead, std::nullopt};
    return outcome;
}

outcome put_off(const leased_delivery& leased, std::string why, instant now) {
    outcome outcome = begin_outcome(leased);
    outcome.next = {delivery_state::pending, now + put_off_for};
    outcome.pause_until = outcome.next.next_attempt_at;
    outcome.put_off = std::move(why);
    return outcome;
}

result<signing_keys> open_keys(
    const crypto::master_key& key, const leased_delivery& leased, instant now
) {
    const std::string context = "endpoint:" + leased.endpoint.text + ":secret";
    auto current = key.open(leased.secret_sealed, context);
    if (!current) {
        return forward(current);
    }
    signing_keys keys{std::move(*current), std::nullopt};
    const bool rotating = leased.previous_until && now < *leased.previous_until;
    if (rotating && leased.previous_secret_sealed) {
        auto previous = key.open(*leased.previous_secret_sealed, context);
        if (!previous) {
            return forward(previous);
        }
        keys.previous = std::move(*previous);
    }
    return keys;
}

http::client_request make_request(
    const leased_delivery& leased, const signing_keys& keys, instant now,
    std::string_view signature_header
) {
    http::client_request request;
    request.method = "POST";
    request.url = leased.url;
    request.body = leased.body;
    request.limit = domain::limits::attempt_deadline;
    request.body_kept = domain::limits::attempt_body_kept;
    request.headers.add("Content-Type", "application/json");
    request.headers.add("User-Agent", "Vibefollow-Webhooks/1");
    request.headers.add(std::string{signature_header}, sign(leased.form, leased.body, now, keys));
    return request;
}

outcome conclude(
    const leased_delivery& leased, const attempted& done, const std::vector<duration>& schedule,
    double fraction
) {
    const classified meaning_of = classify(done.answer, done.ended_at);
    if (meaning_of.what == meaning::untried) {
        return put_off(leased, meaning_of.error.value_or(""), done.ended_at);
    }
    outcome outcome = begin_outcome(leased);
    outcome.attempts = leased.attempts + 1;
    outcome.next = decide(meaning_of, outcome.attempts, schedule, done.ended_at, fraction);
    outcome.pause_until = meaning_of.not_before;
    outcome.endpoint_gone = meaning_of.what == meaning::gone;
    outcome.endpoint_back =
        meaning_of.what == meaning::delivered && leased.condition == endpoint_condition::gone;

    attempt_row row;
    row.started_at = done.started_at;
    row.took = done.ended_at - done.started_at;
    row.outcome = outcome_text(outcome.next);
    row.error = meaning_of.error;
    if (done.answer) {
        row.status = done.answer->status;
        row.address = done.answer->address;
        row.response_body = done.answer->body;
    }
    outcome.attempt = std::move(row);
    return outcome;
}

runtime::task<outcome> attempt(leased_delivery leased, attempt_dependencies deps) {
    const instant started_at = deps.time.now();
    attempted done{fail(failure::data, "secret_not_openable"), started_at, started_at};
    auto keys = open_keys(deps.key, leased, started_at);
    if (keys) {
        auto request = make_request(leased, *keys, started_at, deps.options.signature_header);
        done.answer = co_await deps.out.send(std::move(request));
        done.ended_at = deps.time.now();
    }
    const double fraction = deps.randomness.fraction();
    co_return conclude(leased, done, deps.options.schedule, fraction);
}

}  // namespace vf::webhook_dispatcher
