#include "normaliser/mail/kinds/bounced.hpp"

#include <utility>

namespace vf::normaliser {

mail_fact_reading read_bounce(const json::value& body, std::string_view type) {
    const auto* const inactive = body.find("Inactive");
    mail_bounced bounced;
    bounced.inactive = inactive != nullptr && inactive->boolean;
    bounced.type = read_bounce_type(body.string_at("Type").value_or(type), bounced.inactive);
    for (const std::string_view field : {"Description", "Details"}) {
        const auto text = body.string_at(field).value_or("");
        bounced.reason.append(bounced.reason.empty() || text.empty() ? "" : " ").append(text);
    }
    return bounced;
}

}  // namespace vf::normaliser
