#include "ingest-gateway/api/routes.hpp"

#include <string>
#include <utility>

#include "ingest-gateway/api/plan.hpp"
#include "vf/domain/limits.hpp"

namespace vf::ingest_gateway {

namespace {

success success_of(const door_traits& at) {
    return at.rate == rate_kind::bulk ? success::bulk : success::accepted;
}

refusal too_many_requests(const rate_state& told) {
    auto why = refuse(reply_code::rate_limited, "too many requests a second for this endpoint");
    why.retry_after_seconds = told.reset_seconds;
    return why;
}

}  // namespace

void routes::add_to(http::router& table) {
    for (const auto& at : record_doors) {
        table.add({"POST", std::string{at.path}, at.body_max, [this, &at](http::request asked) {
                       return answer_records(at, std::move(asked));
                   }});
    }
    table.add(
        {"POST", "/api/v1/postmark/{project}", domain::limits::postmark_body_bytes,
         [this](http::request asked) { return answer_mail(std::move(asked)); }}
    );
}

runtime::task<http::response> routes::answer_records(const door_traits& at, http::request asked) {
    const auto start = parts_.now.now();
    rate_state told;
    const auto came_to = co_await take_records(at, asked, told);
    auto answer = reply(came_to, success_of(at));
    add_rate_headers(answer, told);
    if (came_to) {
        parts_.counted.records_accepted.increment(static_cast<double>(came_to->records));
    }
    parts_.counted.answered(at.at, answer.status, parts_.now.now() - start);
    co_return answer;
}

runtime::task<outcome> routes::take_records(
    const door_traits& at, const http::request& asked, rate_state& told
) {
    const auto who = co_await parts_.who.by_key(asked.headers);
    if (!who) {
        co_return std::unexpected(who.error());
    }
    told = parts_.shared.ask(*who, at.rate, parts_.now.now());
    if (!told.allowed) {
        co_return std::unexpected(too_many_requests(told));
    }
    auto write = plan_write(at, *who, asked, parts_.now.now());
    if (!write) {
        co_return std::unexpected(std::move(write.error()));
    }
    co_return co_await parts_.taking.take(std::move(*write));
}

runtime::task<http::response> routes::answer_mail(http::request asked) {
    const auto start = parts_.now.now();
    const auto came_to = co_await take_mail(asked);
    auto answer = reply(came_to, success::mail);
    parts_.counted.answered(door::postmark, answer.status, parts_.now.now() - start);
    co_return answer;
}

runtime::task<outcome> routes::take_mail(const http::request& asked) {
    domain::project_id addressed{asked.parameters.find("project")->second};
    const auto project = co_await parts_.who.by_password(asked.headers, std::move(addressed));
    if (!project) {
        co_return std::unexpected(project.error());
    }
    auto records = plan_mail(*project, asked, parts_.now.now());
    if (!records) {
        co_return std::unexpected(std::move(records.error()));
    }
    co_return co_await parts_.taking.take_mail(*project, std::move(*records));
}

}  // namespace vf::ingest_gateway
