// The unsubscribe links of mails (RFC 8058): /u/{token}. A post with the pair is a decision of the
// user's, on vf.mail before it is answered; to look at the link changes nothing. Neither a database
// nor a key is needed: the token says whose it is. Loop thread.
#pragma once

#include <string_view>

#include "ingest-gateway/api/accept.hpp"
#include "ingest-gateway/limits/click_limits.hpp"
#include "ingest-gateway/metrics.hpp"
#include "vf/base/clock.hpp"
#include "vf/http/router.hpp"
#include "vf/mail/link_tokens.hpp"
#include "vf/runtime/task.hpp"
#include "vf/wire/record.hpp"

namespace vf::ingest_gateway {

struct one_click_dependencies {
    const mail::link_keys& keys;
    acceptor& acceptor;
    metrics& metrics;
    const clock& now;
};

// The decision, under its user's key: clicks of one user keep their order. Core.
[[nodiscard]] wire::record plan_click(const mail::unsubscribe_link& link, instant now);

class one_click {
public:
    explicit one_click(const one_click_dependencies& deps) : deps_{deps} {}

    // The routes refer to this object, which outlives the server.
    void add_to(http::router& router);

private:
    [[nodiscard]] runtime::task<http::head_result> judge_click(const http::request& head);
    [[nodiscard]] runtime::task<http::head_result> judge_look(const http::request& head);
    [[nodiscard]] runtime::task<http::response> answer_click(
        mail::unsubscribe_link link, http::request request
    );
    [[nodiscard]] runtime::task<http::response> accept_click(
        const mail::unsubscribe_link& link, const http::request& request
    );

    one_click_dependencies deps_;
    click_limits limits_;
};

}  // namespace vf::ingest_gateway
