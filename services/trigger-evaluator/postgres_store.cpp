#include "trigger-evaluator/postgres_store.hpp"

#include <cstdint>
#include <utility>

#include "trigger-evaluator/tick/slice_sql.hpp"

namespace vf::trigger_evaluator {

namespace {

constexpr std::string_view read_first =
    "SELECT next_eval_at = '-infinity' AS marked, next_eval_at <= now() AS due FROM user_due "
    "ORDER BY next_eval_at LIMIT 1";

constexpr std::string_view read_oldest_timer =
    "SELECT (extract(epoch FROM now() - next_eval_at) * 1000000)::bigint AS age FROM user_due "
    "WHERE next_eval_at > '-infinity' AND next_eval_at <= now() ORDER BY next_eval_at LIMIT 1";

// Before the evaluation, not after it has failed: the next fact marks the user again, and may mend
// it. Whose events are being attached stands at infinity and stays there.
constexpr std::string_view put_off_first =
    "UPDATE user_due u SET next_eval_at = now() + $1 * interval '1 microsecond' "
    "FROM (SELECT user_id FROM user_due "
    "      WHERE next_eval_at <= now() AND user_id <> ALL($2::bigint[]) "
    "      ORDER BY next_eval_at LIMIT 1 FOR UPDATE SKIP LOCKED) AS first "
    "WHERE u.user_id = first.user_id RETURNING u.user_id";

constexpr std::string_view put_off_named =
    "UPDATE user_due u SET next_eval_at = now() + $1 * interval '1 microsecond' "
    "FROM (SELECT user_id FROM user_due WHERE user_id = $2 AND next_eval_at < 'infinity' "
    "      FOR UPDATE SKIP LOCKED) AS named "
    "WHERE u.user_id = named.user_id RETURNING u.user_id";

// A statement that takes too long is about the users it is for: it may be done in time with fewer.
bool is_about_users(const error& why) {
    return why.kind == failure::data || why.code == "work_threw" || why.code == "database_timeout";
}

std::optional<std::int64_t> put_off(postgres::transaction& tx, const single& whom) {
    const auto span = postgres::params{}.integer(whom.put_off.count());
    const auto found = whom.user
                           ? tx.query(put_off_named, postgres::params{span}.integer(*whom.user))
                           : tx.query(put_off_first, postgres::params{span}.integers(whom.apart));
    if (found.empty()) {
        return std::nullopt;
    }
    return found.front().integer("user_id");
}

constexpr std::string_view read_unannounced =
    "SELECT f.project_id, f.fire_id, f.rule_id, d.preset, d.external_user_id, f.draft_id, "
    "       f.fired_at "
    "FROM fires f JOIN drafts d ON d.id = f.draft_id "
    "WHERE f.announced_at IS NULL ORDER BY f.fired_at LIMIT $1";

constexpr std::string_view mark_announced =
    "UPDATE fires SET announced_at = now() "
    "WHERE fire_id = ANY($1::text[]) AND announced_at IS NULL";

void mark_fires(postgres::transaction& tx, const std::vector<wire::rule_fired>& fires) {
    std::vector<std::string> ids;
    for (const wire::rule_fired& fired : fires) {
        ids.push_back(fired.fire_id);
    }
    tx.execute(mark_announced, postgres::params{}.texts(ids));
}

backlog read_backlog_in(postgres::transaction& tx) {
    backlog seen;
    const auto first = tx.query(read_first);
    if (first.empty()) {
        return seen;
    }
    seen.any_marked = first.front().boolean("marked");
    seen.any_due = first.front().boolean("due");
    if (seen.any_due) {
        const auto oldest = tx.query(read_oldest_timer);
        if (!oldest.empty()) {
            seen.oldest_timer = duration{oldest.front().integer("age")};
        }
    }
    return seen;
}

std::vector<wire::rule_fired> read_fires(postgres::transaction& tx, std::size_t most) {
    std::vector<wire::rule_fired> found;
    const auto limit = static_cast<std::int64_t>(most);
    for (const auto& row : tx.query(read_unannounced, postgres::params{}.integer(limit))) {
        found.push_back({
            .project = domain::project_id{row.text("project_id")},
            .fire_id = row.text("fire_id"),
            .rule = domain::rule_id{row.text("rule_id")},
            .preset = row.text("preset"),
            .user = domain::external_user_id{row.text("external_user_id")},
            .draft = domain::draft_id{row.text("draft_id")},
            .fired_at = row.timestamp("fired_at"),
        });
    }
    return found;
}

}  // namespace

runtime::task<result<backlog>> postgres_store::read_backlog() {
    auto work = [](postgres::transaction& tx) { return read_backlog_in(tx); };
    auto seen = co_await database_.transact(work);
    co_return seen;
}

runtime::task<result<slice>> postgres_store::evaluate_due(
    std::size_t most, std::vector<std::int64_t> apart
) {
    auto work = [most, &apart](postgres::transaction& tx) {
        return evaluate_slice(tx, most, apart);
    };
    auto done = co_await database_.transact(work);
    if (!done && is_about_users(done.error())) {
        done.error().kind = failure::data;
    }
    co_return done;
}

runtime::task<result<slice>> postgres_store::evaluate_alone(single whom) {
    auto first = [&whom](postgres::transaction& tx) { return put_off(tx, whom); };
    auto user = co_await database_.transact(first);
    if (!user) {
        co_return forward(user);
    }
    if (!*user) {
        co_return slice{};
    }
    auto second = [id = **user](postgres::transaction& tx) { return evaluate_user(tx, id); };
    auto done = co_await database_.transact(second);
    if (!done && !is_about_users(done.error())) {
        co_return forward(done);
    }
    slice answer;
    if (done) {
        answer = std::move(*done);
    } else {
        answer.refused.push_back({**user, std::move(done.error())});
    }
    answer.users = 1;
    co_return answer;
}

runtime::task<result<std::vector<wire::rule_fired>>> postgres_store::unpublished(std::size_t most) {
    auto work = [most](postgres::transaction& tx) { return read_fires(tx, most); };
    auto found = co_await database_.transact(work);
    co_return found;
}

runtime::task<result<void>> postgres_store::mark_published(std::vector<wire::rule_fired> fires) {
    auto work = [&fires](postgres::transaction& tx) { mark_fires(tx, fires); };
    auto done = co_await database_.transact(work);
    co_return done;
}

}  // namespace vf::trigger_evaluator
