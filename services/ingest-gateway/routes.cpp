#include "routes.hpp"

#include <string>
#include <utility>

#include "plan.hpp"
#include "vf/domain/limits.hpp"

namespace vf::ingest_gateway {

namespace {

namespace limits = domain::limits;

constexpr unsigned accepted_status = 202;
// The mail provider wants exactly this.
constexpr unsigned mail_status = 200;

}  // namespace

void routes::add_to(http::router& table) {
    table.add({"POST", "/api/v1/users", limits::single_body_bytes, [this](http::request asked) {
                   return answer_records(door::users, std::move(asked));
               }});
    table.add({"POST", "/api/v1/events", limits::single_body_bytes, [this](http::request asked) {
                   return answer_records(door::events, std::move(asked));
               }});
    table.add(
        {"POST", "/api/v1/events/batch", limits::batch_body_bytes,
         [this](http::request asked) { return answer_records(door::batch, std::move(asked)); }}
    );
    table.add(
        {"POST", "/api/v1/postmark/{project}", limits::postmark_body_bytes,
         [this](http::request asked) { return answer_mail(std::move(asked)); }}
    );
}

runtime::task<http::response> routes::answer_records(door at, http::request asked) {
    const auto start = parts_.now.now();
    const auto came_to = co_await take_records(at, asked);
    auto answer = reply(came_to, accepted_status);
    if (came_to) {
        parts_.counted.records_accepted.increment(static_cast<double>(came_to->records));
    }
    parts_.counted.answered(at, answer.status, parts_.now.now() - start);
    co_return answer;
}

runtime::task<outcome> routes::take_records(door at, const http::request& asked) {
    const auto project = co_await parts_.who.by_key(asked.headers);
    if (!project) {
        co_return std::unexpected(project.error());
    }
    const moment when{parts_.now.now(), parts_.randomness};
    auto records = plan_records(at, *project, asked, when);
    if (!records) {
        co_return std::unexpected(std::move(records.error()));
    }
    co_return co_await parts_.taking.publish(std::move(*records));
}

runtime::task<http::response> routes::answer_mail(http::request asked) {
    const auto start = parts_.now.now();
    const auto came_to = co_await take_mail(asked);
    auto answer = reply(came_to, mail_status);
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
    co_return co_await parts_.taking.publish(std::move(*records));
}

}  // namespace vf::ingest_gateway
