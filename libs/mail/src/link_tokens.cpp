#include "vf/mail/link_tokens.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "vf/base/assert.hpp"
#include "vf/base/text.hpp"
#include "vf/crypto/digest.hpp"

namespace vf::mail {

struct link_signer {
    static const auto& keys(const link_keys& from) { return from.keys_; }

    static const auto& newest(const link_keys& from) { return *from.keys_.rbegin(); }
};

namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::string_view white_space = " \t\r\n";

// The bytes of a token: form, key version, user, length of the project's id, that id, the draft's
// id or nothing, signature.
constexpr char token_form = 1;
constexpr std::size_t version_bytes = 4;
constexpr std::size_t user_bytes = 8;
constexpr std::size_t head_bytes = 1 + version_bytes + user_bytes + 1;
// 128 bits cannot be guessed, and keep links short.
constexpr std::size_t signature_bytes = 16;
constexpr std::size_t id_bytes_max = 100;
// A reply guessed right would be placed with a draft; 80 bits leave room in an address.
constexpr std::size_t mailbox_signature_bytes = 10;

std::unexpected<error> invalid_keys(std::string detail) {
    return fail(failure::permanent, "link_keys_invalid", std::move(detail));
}

std::string_view without_white_space_around(std::string_view text) {
    const auto first = text.find_first_not_of(white_space);
    return first == std::string_view::npos
               ? std::string_view{}
               : text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

std::optional<std::uint32_t> read_version(std::string_view text) {
    std::uint32_t version = 0;
    const auto* end = text.data() + text.size();
    const auto [stopped, failed] = std::from_chars(text.data(), end, version);
    const bool whole = failed == std::errc{} && stopped == end && version > 0;
    return whole ? std::optional{version} : std::nullopt;
}

void append_number(std::string& bytes, std::uint64_t number, std::size_t size) {
    for (std::size_t left = size; left > 0; --left) {
        bytes.push_back(static_cast<char>(number >> (8 * (left - 1)) & 0xFFU));
    }
}

std::uint64_t number_in(std::string_view bytes) {
    std::uint64_t number = 0;
    for (const char each : bytes) {
        number = number << 8U | static_cast<std::uint8_t>(each);
    }
    return number;
}

// RFC 4648, without padding.
std::string to_base64_url(std::string_view bytes) {
    auto text = to_base64(bytes);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    text.resize(text.find_last_not_of('=') + 1);
    return text;
}

std::optional<std::string> from_base64_url(std::string_view text) {
    if (text.find_first_of("+/=") != std::string_view::npos) {
        return std::nullopt;
    }
    std::string padded{text};
    std::ranges::replace(padded, '-', '+');
    std::ranges::replace(padded, '_', '/');
    padded.resize((padded.size() + 3) / 4 * 4, '=');
    return from_base64(padded);
}

std::string sign(const std::string& key, std::string_view content, std::size_t bytes) {
    return crypto::hmac_sha256(key, content).substr(0, bytes);
}

// Of one project: the same draft under another has another signature.
std::string mailbox_signature(
    const std::string& key, const domain::project_id& project, std::string_view draft
) {
    std::string content = project.text;
    content.push_back('\0');
    content += draft;
    return to_base32(sign(key, content, mailbox_signature_bytes));
}

std::string lower_case(std::string_view text) {
    std::string lower{text};
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

// The content of a token whose signature is right.
std::optional<unsubscribe_link> link_in(std::string_view content) {
    const auto project_bytes = static_cast<std::uint8_t>(content[head_bytes - 1]);
    const auto ids = content.substr(head_bytes);
    if (project_bytes > ids.size()) {
        return std::nullopt;
    }
    unsubscribe_link link;
    link.project = domain::project_id{std::string{ids.substr(0, project_bytes)}};
    link.user_id =
        static_cast<std::int64_t>(number_in(content.substr(1 + version_bytes, user_bytes)));
    const auto draft = ids.substr(project_bytes);
    if (!draft.empty()) {
        link.draft = domain::draft_id{std::string{draft}};
    }
    return link;
}

}  // namespace

result<link_keys> link_keys::parse(std::string_view text) {
    link_keys keys;
    auto rest = without_white_space_around(text);
    for (bool more = true; more;) {
        const auto comma = rest.find(',');
        const auto entry = rest.substr(0, comma);
        more = comma != std::string_view::npos;
        rest = more ? rest.substr(comma + 1) : std::string_view{};
        const auto colon = entry.find(':');
        const auto version = read_version(entry.substr(0, colon));
        if (colon == std::string_view::npos || !version) {
            return invalid_keys("a key is not <version>:<base64>, with a version of 1 or above");
        }
        const auto bytes = from_base64(entry.substr(colon + 1));
        if (!bytes || bytes->size() != key_bytes) {
            return invalid_keys("a key is not base64 of exactly 32 bytes");
        }
        // Each use has a key of its own: what is signed for one is worth nothing in the other.
        key derived{
            crypto::hmac_sha256(*bytes, "unsubscribe link"),
            crypto::hmac_sha256(*bytes, "mailbox hash")
        };
        if (!keys.keys_.emplace(*version, std::move(derived)).second) {
            return invalid_keys("a version stands there twice");
        }
    }
    return keys;
}

std::string make_unsubscribe_token(const link_keys& keys, const unsubscribe_link& link) {
    const std::string_view draft = link.draft ? std::string_view{link.draft->text} : "";
    VF_ASSERT(link.project.text.size() <= id_bytes_max && draft.size() <= id_bytes_max);
    const auto& [version, key] = link_signer::newest(keys);
    std::string bytes(1, token_form);
    append_number(bytes, version, version_bytes);
    append_number(bytes, static_cast<std::uint64_t>(link.user_id), user_bytes);
    append_number(bytes, link.project.text.size(), 1);
    bytes += link.project.text;
    bytes += draft;
    bytes += sign(key.links, bytes, signature_bytes);
    return to_base64_url(bytes);
}

std::optional<unsubscribe_link> read_unsubscribe_token(
    const link_keys& keys, std::string_view token
) {
    if (token.size() > unsubscribe_token_characters) {
        return std::nullopt;
    }
    const auto bytes = from_base64_url(token);
    if (!bytes || bytes->size() < head_bytes + signature_bytes || bytes->front() != token_form) {
        return std::nullopt;
    }
    const std::string_view all{*bytes};
    const auto content = all.substr(0, all.size() - signature_bytes);
    const auto version = static_cast<std::uint32_t>(number_in(all.substr(1, version_bytes)));
    const auto found = link_signer::keys(keys).find(version);
    if (found == link_signer::keys(keys).end()) {
        return std::nullopt;
    }
    const auto expected = sign(found->second.links, content, signature_bytes);
    if (!crypto::constant_time_equal(expected, all.substr(content.size()))) {
        return std::nullopt;
    }
    return link_in(content);
}

std::string make_mailbox_hash(
    const link_keys& keys, const domain::project_id& project, const domain::draft_id& draft
) {
    if (!domain::is_well_formed(draft.text, domain::prefix::draft)) {
        return {};
    }
    const auto& key = link_signer::newest(keys).second;
    return draft.text.substr(domain::prefix::draft.size()) + '.' +
           mailbox_signature(key.mailboxes, project, draft.text);
}

std::optional<domain::draft_id> read_mailbox_hash(
    const link_keys& keys, const domain::project_id& project, std::string_view hash
) {
    const auto lower = lower_case(hash);
    const auto dot = lower.find('.');
    if (dot == std::string::npos) {
        return std::nullopt;
    }
    const std::string_view signature = std::string_view{lower}.substr(dot + 1);
    domain::draft_id draft{std::string{domain::prefix::draft} + lower.substr(0, dot)};
    if (!domain::is_well_formed(draft.text, domain::prefix::draft)) {
        return std::nullopt;
    }
    const bool signed_by_us =
        std::ranges::any_of(link_signer::keys(keys), [&](const auto& versioned) {
            const auto expected =
                mailbox_signature(versioned.second.mailboxes, project, draft.text);
            return crypto::constant_time_equal(expected, signature);
        });
    return signed_by_us ? std::optional{std::move(draft)} : std::nullopt;
}

}  // namespace vf::mail
