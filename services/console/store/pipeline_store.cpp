#include "console/store/pipeline_store.hpp"

#include <array>

namespace vf::console {

namespace {

struct stage_query {
    std::string_view stage;
    // count, and the time its oldest should have been done; $1 is now.
    std::string_view statement;
};

// A user whose facts have just changed is due at -infinity, which has no age.
constexpr std::array stages{
    stage_query{
        "evaluate",
        "SELECT count(*), min(next_eval_at) FILTER (WHERE next_eval_at > '-infinity')"
        " FROM user_due WHERE next_eval_at <= $1"
    },
    stage_query{
        "announce",
        "SELECT count(*), min(fired_at) FROM fires WHERE announced_at IS NULL AND fired_at <= $1"
    },
    stage_query{
        "deliver",
        "SELECT count(*), min(next_attempt_at) FROM deliveries"
        " WHERE state = 'pending' AND next_attempt_at <= $1"
    },
    stage_query{
        "attach",
        "SELECT count(*), min(received_at) FROM events"
        " WHERE user_id IS NULL AND received_at <= $1"
    },
    stage_query{
        "quarantine",
        "SELECT count(*), min(set_aside_at) FROM quarantine_items"
        " WHERE replayed_at IS NULL AND set_aside_at <= $1"
    },
    stage_query{
        "dead_letter",
        "SELECT count(*), min(died_at) FROM dead_letters"
        " WHERE resent_at IS NULL AND died_at <= $1"
    },
};

}  // namespace

std::vector<stage_row> read_pipeline(postgres::transaction& tx, instant now) {
    std::vector<stage_row> rows;
    for (const stage_query& one : stages) {
        postgres::params params;
        params.timestamp(now);
        for (const auto& row : tx.query(one.statement, params)) {
            const auto oldest = row.optional_timestamp(1);
            const std::chrono::duration<double> age = oldest ? now - *oldest : vf::duration{0};
            rows.push_back({std::string{one.stage}, row.integer(0), age.count()});
        }
    }
    return rows;
}

std::optional<fire_row> find_fire_of_draft(postgres::transaction& tx, const std::string& draft) {
    postgres::params params;
    params.text(draft);
    const auto found = tx.query(
        "SELECT f.fire_id, f.rule_id, f.occurrence, f.fired_at, f.explain::text, f.announced_at"
        " FROM drafts d JOIN fires f ON f.user_id = d.user_id AND f.rule_id = d.rule_id"
        " WHERE d.id = $1 AND f.draft_id = d.id",
        params
    );
    if (found.empty()) {
        return std::nullopt;
    }
    const auto& row = found.front();
    return fire_row{row.text(0),      row.text(1), row.text(2),
                    row.timestamp(3), row.text(4), row.optional_timestamp(5)};
}

std::vector<outcome_row> outcomes_of_draft(postgres::transaction& tx, const std::string& draft) {
    postgres::params params;
    params.text(draft);
    std::vector<outcome_row> rows;
    for (const auto& row : tx.query(
             "SELECT m.event_id, m.type, m.occurred_at"
             " FROM drafts d JOIN mail_outcomes m ON m.user_id = d.user_id AND m.draft_id = d.id"
             " WHERE d.id = $1 ORDER BY m.occurred_at, m.event_id",
             params
         )) {
        rows.push_back({row.text(0), row.text(1), row.timestamp(2)});
    }
    return rows;
}

}  // namespace vf::console
