#include "webhook-dispatcher/attempt/attempt.hpp"

#include <optional>
#include <utility>

#include "vf/domain/limits.hpp"
#include "webhook-dispatcher/attempt/classify.hpp"
#include "webhook-dispatcher/attempt/decide.hpp"

namespace vf::webhook_dispatcher {

namespace {

outcome begin_outcome(const leased_delivery& leased) {
    outcome made;
    made.id = leased.id;
    made.endpoint = leased.endpoint;
    made.token = leased.token;
    made.run = leased.run;
    made.attempts = leased.attempts;
    return made;
}

std::string outcome_text(const next_step& next) {
    return next.state == delivery_state::pending ? "retry" : std::string{text_of(next.state)};
}

}  // namespace

bool may_attempt(const leased_delivery& leased) {
    return leased.condition == endpoint_condition::open ||
           (leased.condition == endpoint_condition::gone && leased.run > 1);
}

outcome park(const leased_delivery& leased) {
    outcome made = begin_outcome(leased);
    made.next = {delivery_state::dead, std::nullopt};
    return made;
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
    http::client_request made;
    made.method = "POST";
    made.url = leased.url;
    made.body = leased.body;
    made.limit = domain::limits::attempt_deadline;
    made.body_kept = domain::limits::attempt_body_kept;
    made.headers.add("Content-Type", "application/json");
    made.headers.add("User-Agent", "Vibefollow-Webhooks/1");
    made.headers.add(std::string{signature_header}, sign(leased.form, leased.body, now, keys));
    return made;
}

outcome conclude(
    const leased_delivery& leased, const attempted& done, const std::vector<duration>& schedule,
    double fraction
) {
    const classified meaning_of = classify(done.answer, done.ended_at);
    outcome made = begin_outcome(leased);
    made.attempts = leased.attempts + 1;
    made.next = decide(meaning_of, made.attempts, schedule, done.ended_at, fraction);
    made.pause_until = meaning_of.not_before;
    made.endpoint_gone = meaning_of.what == meaning::gone;
    made.endpoint_back =
        meaning_of.what == meaning::delivered && leased.condition == endpoint_condition::gone;

    attempt_row row;
    row.started_at = done.started_at;
    row.took = done.ended_at - done.started_at;
    row.outcome = outcome_text(made.next);
    row.error = meaning_of.error;
    if (done.answer) {
        row.status = done.answer->status;
        row.address = done.answer->address;
        row.response_body = done.answer->body;
    }
    made.attempt = std::move(row);
    return made;
}

runtime::task<outcome> attempt(leased_delivery leased, attempt_parts with) {
    const instant started_at = with.time.now();
    attempted done{fail(failure::data, "secret_not_openable"), started_at, started_at};
    auto keys = open_keys(with.key, leased, started_at);
    if (keys) {
        auto request = make_request(leased, *keys, started_at, with.options.signature_header);
        done.answer = co_await with.out.send(std::move(request));
        done.ended_at = with.time.now();
    }
    const double fraction = with.randomness.fraction();
    co_return conclude(leased, done, with.options.schedule, fraction);
}

}  // namespace vf::webhook_dispatcher
