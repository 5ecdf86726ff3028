#include "normaliser/mail/kinds/list_change.hpp"

#include "normaliser/ingest/normalise.hpp"
#include "vf/domain/reasons.hpp"

namespace vf::normaliser {

mail_fact_reading read_list_change(const json::value& body) {
    const auto* const suppressed = body.find("SuppressSending");
    if (suppressed == nullptr || !suppressed->is(json::kind::boolean)) {
        auto why = reason_of(domain::reason::invalid_body, "required");
        why.field = "SuppressSending";
        return why;
    }
    const auto reason = body.string_at("SuppressionReason").value_or("");
    if (suppressed->boolean && (reason == "HardBounce" || reason == "SpamComplaint")) {
        return mail_bounced{
            .type = read_bounce_type(reason, true), .inactive = true, .reason = {}, .listed = true
        };
    }
    const auto origin = body.string_at("Origin").value_or("");
    // What we, or the customer, did at the provider ourselves is no news.
    if (suppressed->boolean && origin == "Customer") {
        return ignored_mail{"SubscriptionChange"};
    }
    return list_changed{suppressed->boolean, origin == "Recipient"};
}

}  // namespace vf::normaliser
