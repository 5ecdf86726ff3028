#include "normaliser/mail/kinds/inbound.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "normaliser/users/mail_address.hpp"
#include "vf/mail/classify_reply.hpp"
#include "vf/mail/machine_mail.hpp"

namespace vf::normaliser {

namespace {

// Of a header that is as long as a mail may be: whoever answers names the last few.
constexpr std::size_t references_max = 50;
constexpr std::size_t headers_max = 1'000;
constexpr std::size_t mailboxes_max = 200;

std::string text_at(const json::value& body, std::string_view name) {
    return std::string{body.string_at(name).value_or("")};
}

// "Ada <ada@example.com>" → "ada@example.com".
std::string_view bare_address(std::string_view text) {
    const auto open = text.rfind('<');
    if (open == std::string_view::npos) {
        return text;
    }
    text.remove_prefix(open + 1);
    return text.substr(0, text.find('>'));
}

std::string sender_of(const json::value& body) {
    const auto* full = body.find("FromFull");
    const auto email = full == nullptr ? std::nullopt : full->string_at("Email");
    return std::string{bare_address(email ? *email : body.string_at("From").value_or(""))};
}

// "reply+HASH@in.example.com" → "HASH".
std::string_view after_plus(std::string_view address) {
    address = bare_address(address);
    address = address.substr(0, address.rfind('@'));
    const auto plus = address.find('+');
    return plus == std::string_view::npos ? std::string_view{} : address.substr(plus + 1);
}

// Every text that may be the hash of a mailbox of ours.
std::vector<std::string_view> mailboxes_of(const json::value& body) {
    std::vector<std::string_view> found;
    const auto add = [&found](std::string_view hash) {
        if (!hash.empty() && found.size() < mailboxes_max) {
            found.push_back(hash);
        }
    };
    add(body.string_at("MailboxHash").value_or(""));
    add(after_plus(body.string_at("OriginalRecipient").value_or("")));
    constexpr std::array lists{"ToFull", "CcFull", "BccFull"};
    for (const std::string_view list : lists) {
        const auto* recipients = body.find(list);
        if (recipients == nullptr) {
            continue;
        }
        for (const auto& recipient : recipients->items()) {
            add(recipient.string_at("MailboxHash").value_or(""));
            add(after_plus(recipient.string_at("Email").value_or("")));
        }
    }
    add(after_plus(body.string_at("To").value_or("")));
    return found;
}

mail::inbound_mail mail_of(const json::value& body) {
    mail::inbound_mail inbound;
    inbound.from = text_at(body, "From");
    if (inbound.from.empty()) {
        inbound.from = sender_of(body);
    }
    inbound.subject = text_at(body, "Subject");
    inbound.text_body = text_at(body, "TextBody");
    inbound.stripped_reply = text_at(body, "StrippedTextReply");
    inbound.html_body = text_at(body, "HtmlBody");
    const auto* headers = body.find("Headers");
    if (headers == nullptr) {
        return inbound;
    }
    for (const auto& header : headers->items()) {
        if (inbound.headers.size() == headers_max) {
            break;
        }
        inbound.headers.push_back({text_at(header, "Name"), text_at(header, "Value")});
    }
    return inbound;
}

// "<a@b> <c@d>" → the last of them first, each whole and as what stands before the @.
void add_references(std::vector<std::string>& found, std::string_view header) {
    while (found.size() < references_max) {
        const auto open = header.rfind('<');
        if (open == std::string_view::npos) {
            return;
        }
        const auto id = header.substr(open + 1, header.find('>', open) - open - 1);
        header = header.substr(0, open);
        if (id.empty() || id.size() > message_id_max) {
            continue;
        }
        found.emplace_back(id);
        if (const auto before = id.substr(0, id.find('@')); before.size() < id.size()) {
            found.emplace_back(before);
        }
    }
}

std::vector<std::string> references_of(const mail::inbound_mail& inbound) {
    std::vector<std::string> found;
    constexpr std::array names{"In-Reply-To", "References"};
    for (const std::string_view name : names) {
        add_references(found, mail::header_value(inbound, name).value_or(""));
    }
    return found;
}

}  // namespace

bool is_inbound(const json::value& body) {
    return body.find("RecordType") == nullptr && body.find("FromFull") != nullptr;
}

mail_reading read_inbound(
    const wire::mail_event& message, const json::value& body, const mail::link_keys& keys
) {
    auto inbound = mail_of(body);
    if (mail::recognise_machine_mail(inbound) != mail::machine_mail::none) {
        return ignored_mail{"machine_mail"};
    }
    mail_notice notice;
    notice.project = message.project;
    notice.received_at = message.received_at;
    notice.occurred_at = message.received_at;
    notice.address = mail_address_of(sender_of(body));
    if (notice.address.empty()) {
        return invalid_field("FromFull.Email", "required");
    }
    notice.message_id = text_at(body, "MessageID");
    if (notice.message_id.empty()) {
        return invalid_field("MessageID", "required");
    }
    if (notice.message_id.size() > message_id_max) {
        return invalid_field("MessageID", "too long");
    }
    for (const auto hash : mailboxes_of(body)) {
        notice.draft = mail::read_mailbox_hash(keys, message.project, hash);
        if (notice.draft) {
            break;
        }
    }
    notice.identity =
        identity_text({"Inbound", notice.message_id, mail_address_key(notice.address)});
    auto verdict = mail::classify_reply(inbound);
    notice.fact = mail_replied{
        .text = std::move(inbound.text_body),
        .tone = verdict.value,
        .rule = std::move(verdict.rule),
        .span = std::move(verdict.span),
        .references = references_of(inbound),
    };
    return notice;
}

}  // namespace vf::normaliser
