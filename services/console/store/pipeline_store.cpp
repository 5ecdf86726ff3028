#include "console/store/pipeline_store.hpp"

#include <array>

#include "console/store/read_rows.hpp"

namespace vf::console {

namespace {

struct stage_query {
    std::string_view stage;
    // waiting, and oldest: the time it should have been done; $1 is now.
    std::string_view statement;
};

// A user whose facts have just changed is due at -infinity, which has no age.
constexpr std::array stages{
    stage_query{
        "evaluate",
        "SELECT count(*) AS waiting, min(next_eval_at) FILTER (WHERE next_eval_at > '-infinity')"
        " AS oldest FROM user_due WHERE next_eval_at <= $1"
    },
    stage_query{
        "announce",
        "SELECT count(*) AS waiting, min(fired_at) AS oldest FROM fires"
        " WHERE announced_at IS NULL AND fired_at <= $1"
    },
    stage_query{
        "deliver",
        "SELECT count(*) AS waiting, min(next_attempt_at) AS oldest FROM deliveries"
        " WHERE state = 'pending' AND next_attempt_at <= $1"
    },
    stage_query{
        "attach",
        "SELECT count(*) AS waiting, min(received_at) AS oldest FROM event_rows"
        " WHERE user_id IS NULL AND received_at <= $1"
    },
    stage_query{
        "quarantine",
        "SELECT count(*) AS waiting, min(set_aside_at) AS oldest FROM quarantine_items"
        " WHERE replayed_at IS NULL AND set_aside_at <= $1"
    },
    stage_query{
        "dead_letter",
        "SELECT count(*) AS waiting, min(died_at) AS oldest FROM dead_letters"
        " WHERE resent_at IS NULL AND died_at <= $1"
    },
};

fire_row read_fire(const postgres::row& row) {
    return {
        .id = row.text("fire_id"),
        .rule = row.text("rule_id"),
        .occurrence = row.text("occurrence"),
        .fired_at = row.timestamp("fired_at"),
        .explain = row.text("explain"),
        .announced_at = row.optional_timestamp("announced_at"),
    };
}

outcome_row read_outcome(const postgres::row& row) {
    return {
        .event = row.text("event_id"),
        .type = row.text("type"),
        .occurred_at = row.timestamp("occurred_at"),
    };
}

}  // namespace

std::vector<stage_row> read_pipeline(postgres::transaction& tx, instant now) {
    std::vector<stage_row> rows;
    for (const stage_query& stage : stages) {
        postgres::params params;
        params.timestamp(now);
        for (const auto& row : tx.query(stage.statement, params)) {
            const auto oldest = row.optional_timestamp("oldest");
            const std::chrono::duration<double> age = oldest ? now - *oldest : vf::duration{0};
            rows.push_back({std::string{stage.stage}, row.integer("waiting"), age.count()});
        }
    }
    return rows;
}

std::optional<fire_row> find_fire_of_draft(postgres::transaction& tx, const std::string& draft) {
    const auto found = tx.query(
        "SELECT f.fire_id, f.rule_id, f.occurrence, f.fired_at, f.explain::text AS explain,"
        " f.announced_at"
        " FROM drafts d JOIN fires f ON f.user_id = d.user_id AND f.rule_id = d.rule_id"
        " WHERE d.id = $1 AND f.draft_id = d.id",
        postgres::params{}.text(draft)
    );
    return read_first(found, read_fire);
}

std::vector<outcome_row> outcomes_of_draft(postgres::transaction& tx, const std::string& draft) {
    const auto found = tx.query(
        "SELECT m.event_id, m.type, m.occurred_at"
        " FROM drafts d JOIN mail_outcomes m ON m.user_id = d.user_id AND m.draft_id = d.id"
        " WHERE d.id = $1 ORDER BY m.occurred_at, m.event_id",
        postgres::params{}.text(draft)
    );
    return read_all(found, read_outcome);
}

}  // namespace vf::console
