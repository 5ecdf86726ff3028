#include "normaliser/mail/match_mail.hpp"

#include <chrono>
#include <utility>

#include "vf/json/writer.hpp"

namespace vf::normaliser {

std::optional<mail_match> match_mail(const mail_candidates& found) {
    for (const auto* draft : {&found.by_message, &found.by_metadata}) {
        if (*draft) {
            return mail_match{{(*draft)->user_id, (*draft)->user}, (*draft)->id};
        }
    }
    if (found.by_address) {
        return mail_match{*found.by_address, std::nullopt};
    }
    return std::nullopt;
}

std::string webhook_body(const mail_notice& notice, const mail_match& match) {
    const auto created =
        std::chrono::floor<std::chrono::seconds>(notice.received_at).time_since_epoch().count();
    json::writer out;
    out.begin_object()
        .member("type", std::string_view{notice.type})
        .member("id", std::string_view{notice.id.text})
        .member("created", static_cast<std::int64_t>(created))
        .key("data")
        .begin_object();
    if (match.draft) {
        out.member("draftId", std::string_view{match.draft->text});
    }
    out.member("projectId", std::string_view{notice.project.text})
        .member("externalUserId", std::string_view{match.whose.user.text})
        .member("messageId", std::string_view{notice.message_id});
    for (const auto& field : notice.data) {
        out.member(field.name, std::string_view{field.value});
    }
    out.end_object().end_object();
    return std::move(out).take();
}

}  // namespace vf::normaliser
