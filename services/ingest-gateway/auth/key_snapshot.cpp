#include "ingest-gateway/auth/key_snapshot.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "vf/base/text.hpp"

namespace vf::ingest_gateway {

namespace {

// Lines of words: who reads another version reads nothing.
constexpr std::string_view first_line = "vibefollow-keys 1";
constexpr std::string_view nothing = "-";

std::string text_of(const std::optional<double>& rate) {
    return rate ? fmt::format("{}", static_cast<std::int64_t>(*rate)) : std::string{nothing};
}

// With a dot before it, so that no word is empty.
std::string word_of(std::string_view bytes) {
    return fmt::format(".{}", to_base64(bytes));
}

// The words of one line, one after the other; any that is missing or odd leaves a fault.
class line_reader {
public:
    explicit line_reader(std::string_view line) : rest_{line} {}

    std::string_view word() {
        const auto end = rest_.find(' ');
        const auto word = rest_.substr(0, end);
        faulty_ = faulty_ || word.empty();
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        return word;
    }

    std::string bytes() {
        const auto encoded = word();
        const auto bytes = encoded.starts_with('.') ? from_base64(encoded.substr(1)) : std::nullopt;
        faulty_ = faulty_ || !bytes;
        return bytes.value_or(std::string{});
    }

    std::int64_t integer() { return integer(word()); }

    std::optional<double> rate() {
        const auto digits = word();
        return digits == nothing ? std::nullopt
                                 : std::optional{static_cast<double>(integer(digits))};
    }

    instant timestamp() { return from_microseconds(integer()); }

    [[nodiscard]] bool is_sound() const { return !faulty_ && rest_.empty(); }

private:
    std::int64_t integer(std::string_view digits) {
        std::int64_t number = 0;
        const auto* end = digits.data() + digits.size();
        const auto [stopped, failed] = std::from_chars(digits.data(), end, number);
        faulty_ = faulty_ || failed != std::errc{} || stopped != end;
        return number;
    }

    std::string_view rest_;
    bool faulty_{false};
};

seen_customer read_customer(line_reader& line) {
    seen_customer seen;
    seen.key_digest = line.bytes();
    seen.customer.project = domain::project_id{line.bytes()};
    seen.customer.key_id = line.bytes();
    seen.customer.own_limits.single = line.rate();
    seen.customer.own_limits.batch = line.rate();
    seen.customer.own_limits.bulk = line.rate();
    seen.customer.key_required = line.integer() != 0;
    seen.read_at = line.timestamp();
    return seen;
}

seen_provider read_provider(line_reader& line) {
    seen_provider seen;
    seen.project = line.bytes();
    seen.credentials.username = line.bytes();
    seen.credentials.password = line.bytes();
    seen.read_at = line.timestamp();
    return seen;
}

}  // namespace

std::string encode(const key_snapshot& snapshot) {
    std::string out = fmt::format("{}\n", first_line);
    for (const auto& [digest, customer, read_at] : snapshot.customers) {
        const auto& limits = customer.own_limits;
        out += fmt::format(
            "key {} {} {} {} {} {} {} {}\n", word_of(digest), word_of(customer.project.text),
            word_of(customer.key_id), text_of(limits.single), text_of(limits.batch),
            text_of(limits.bulk), customer.key_required ? 1 : 0, to_microseconds(read_at)
        );
    }
    for (const auto& [project, credentials, read_at] : snapshot.providers) {
        out += fmt::format(
            "mail {} {} {} {}\n", word_of(project), word_of(credentials.username),
            word_of(credentials.password), to_microseconds(read_at)
        );
    }
    return out;
}

std::optional<key_snapshot> decode_key_snapshot(std::string_view text) {
    key_snapshot snapshot;
    bool first = true;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        line_reader line{text.substr(0, end)};
        const bool version_fits = text.substr(0, end) == first_line;
        text.remove_prefix(end + 1);
        if (std::exchange(first, false)) {
            if (!version_fits) {
                return std::nullopt;
            }
            continue;
        }
        const auto kind = line.word();
        if (kind == "key") {
            snapshot.customers.push_back(read_customer(line));
        } else if (kind == "mail") {
            snapshot.providers.push_back(read_provider(line));
        } else {
            return std::nullopt;
        }
        if (!line.is_sound()) {
            return std::nullopt;
        }
    }
    return first ? std::nullopt : std::optional{std::move(snapshot)};
}

}  // namespace vf::ingest_gateway
