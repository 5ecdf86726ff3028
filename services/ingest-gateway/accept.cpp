#include "accept.hpp"

#include <utility>

namespace vf::ingest_gateway {

namespace {

load load_of(const std::vector<wire::record>& records) {
    load sum;
    sum.records = records.size();
    for (const auto& record : records) {
        sum.bytes += record.value.size();
    }
    return sum;
}

refusal refusal_of(const error& why) {
    switch (why.kind) {
        case failure::transient:
        case failure::stopped:
            return refuse(reply_code::unavailable, "try again");
        case failure::data:
            return refuse(reply_code::payload_too_large, "a record is too large");
        case failure::conflict:
        case failure::permanent:
            break;
    }
    return refuse(reply_code::server_error, "the request failed");
}

}  // namespace

runtime::task<outcome> accept::publish(std::vector<wire::record> records) {
    const auto asked = load_of(records);
    const auto ticket = budget_.admit(asked, clock_.now());
    if (!ticket) {
        co_return std::unexpected(refuse(reply_code::unavailable, "too much in flight, try again"));
    }
    auto published = co_await sink_.publish(std::move(records));
    budget_.release(*ticket);
    if (!published) {
        const error& why = published.error();
        if (why.kind == failure::permanent || why.kind == failure::conflict) {
            log_.error("publish failed", {{"code", why.code}, {"detail", why.detail}});
        }
        co_return std::unexpected(refusal_of(why));
    }
    acceptance taken;
    taken.records = asked.records;
    co_return taken;
}

}  // namespace vf::ingest_gateway
