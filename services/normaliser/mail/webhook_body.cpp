#include "normaliser/mail/webhook_body.hpp"

#include <chrono>
#include <utility>

#include "vf/base/time_text.hpp"
#include "vf/json/writer.hpp"

namespace vf::normaliser {

namespace {

constexpr std::size_t text_bytes_max = std::size_t{256} << 10U;
constexpr std::size_t reply_bytes_max = std::size_t{4} << 20U;

// The longest beginning that JSON writes in so many bytes, of whole characters.
std::string_view cut(std::string_view text, std::size_t bytes) {
    std::size_t written = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        constexpr std::size_t control_bytes = 6;
        written += c < 0x20 ? control_bytes : c == '"' || c == '\\' ? 2 : 1;
        if (written > bytes) {
            while (i > 0 && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) {
                --i;
            }
            return text.substr(0, i);
        }
    }
    return text;
}

class envelope {
public:
    envelope(const mail_notice& notice, std::string_view type) {
        const auto created = std::chrono::floor<std::chrono::seconds>(notice.received_at);
        out_.begin_object()
            .member("type", type)
            .member("id", std::string_view{outcome_id(notice, type).text})
            .member("created", static_cast<std::int64_t>(created.time_since_epoch().count()))
            .key("data")
            .begin_object();
    }

    envelope& member(std::string_view name, std::string_view text) {
        out_.member(name, text);
        return *this;
    }

    // Of which mail; a draft that is not known is left out.
    envelope& mail(const mail_notice& notice, const mail_match& match) {
        if (match.draft) {
            member("draftId", match.draft->text);
        }
        return whose(notice, match).member("messageId", notice.message_id);
    }

    envelope& whose(const mail_notice& notice, const mail_match& match) {
        return member("projectId", notice.project.text)
            .member("externalUserId", match.whose.user.text);
    }

    std::string take() && {
        out_.end_object().end_object();
        return std::move(out_).take();
    }

private:
    json::writer out_;
};

}  // namespace

std::string opened_body(const mail_notice& notice, const mail_match& match) {
    envelope out{notice, webhook_type::opened};
    out.mail(notice, match).member("openedAt", format_milliseconds(notice.occurred_at));
    return std::move(out).take();
}

std::string clicked_body(
    const mail_notice& notice, const mail_match& match, const mail_clicked& clicked
) {
    envelope out{notice, webhook_type::clicked};
    out.mail(notice, match)
        .member("url", cut(clicked.url, text_bytes_max))
        .member("clickedAt", format_milliseconds(notice.occurred_at));
    return std::move(out).take();
}

std::string bounced_body(
    const mail_notice& notice, const mail_match& match, const mail_bounced& bounced
) {
    envelope out{notice, webhook_type::bounced};
    out.mail(notice, match).member("bounceType", name_of(bounced.type.means));
    if (!bounced.reason.empty()) {
        out.member("reason", cut(bounced.reason, text_bytes_max));
    }
    out.member("bouncedAt", format_milliseconds(notice.occurred_at));
    return std::move(out).take();
}

std::string replied_body(
    const mail_notice& notice, const mail_match& match, const mail_replied& reply
) {
    envelope out{notice, webhook_type::replied};
    out.mail(notice, match)
        .member("replyBody", cut(reply.text, reply_bytes_max))
        .member("tone", name_of(reply.tone))
        .member("receivedAt", format_milliseconds(notice.received_at));
    return std::move(out).take();
}

std::string unsubscribed_body(
    const mail_notice& notice, const mail_match& match, std::string_view email,
    std::string_view source
) {
    envelope out{notice, webhook_type::unsubscribed};
    out.whose(notice, match)
        .member("email", email)
        .member("source", source)
        .member("unsubscribedAt", format_milliseconds(notice.occurred_at));
    return std::move(out).take();
}

}  // namespace vf::normaliser
