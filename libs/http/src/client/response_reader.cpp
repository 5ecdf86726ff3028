#include "client/response_reader.hpp"

#include <algorithm>
#include <utility>

#include <boost/beast/http/basic_parser.hpp>

#include "net/ascii.hpp"

namespace vf::http {

namespace beast = boost::beast;

namespace {

constexpr std::size_t body_dropped_max = 1U << 20U;
constexpr int informational_max = 16;
// A chunk's size line or a trailer that is longer is no honest one.
constexpr std::size_t chunk_line_max = 16U << 10U;

}  // namespace

class response_reader::parser final : public beast::http::basic_parser<false> {
public:
    explicit parser(std::size_t body_kept) : body_kept_{body_kept} {}

    unsigned status{0};
    http::headers headers;
    std::string body;
    std::size_t body_total{0};
    bool header_done{false};

private:
    using error_code = beast::error_code;
    using text = beast::string_view;

    void on_response_impl(int code, text, int, error_code&) override {
        status = static_cast<unsigned>(code);
    }

    void on_field_impl(beast::http::field, text name, text value, error_code&) override {
        // Trailers come here too.
        if (!header_done) {
            headers.add(std::string{name}, std::string{value});
        }
    }

    void on_header_impl(error_code&) override { header_done = true; }

    std::size_t take(text bytes) {
        body.append(bytes.data(), std::min(bytes.size(), body_kept_ - body.size()));
        body_total += bytes.size();
        return bytes.size();
    }

    std::size_t on_body_impl(text bytes, error_code&) override { return take(bytes); }

    std::size_t on_chunk_body_impl(std::uint64_t, text bytes, error_code&) override {
        return take(bytes);
    }

    void on_request_impl(beast::http::verb, text, text, int, error_code&) override {}

    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}

    void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}

    void on_finish_impl(error_code&) override {}

    std::size_t body_kept_;
};

response_reader::response_reader(const response_limits& limits) : limits_{limits} {
    start_over();
}

response_reader::~response_reader() = default;

void response_reader::start_over() {
    parser_ = std::make_unique<parser>(limits_.body_kept);
    parser_->header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    parser_->body_limit(boost::none);
    parser_->skip(limits_.to_head);
    parser_->eager(true);
}

response_reader::step response_reader::advance(std::string_view bytes) {
    std::size_t taken = 0;
    while (taken < bytes.size()) {
        const auto rest = bytes.substr(taken);
        beast::error_code failed;
        taken += parser_->put(boost::asio::const_buffer{rest.data(), rest.size()}, failed);
        if (failed && failed != beast::http::error::need_more) {
            fault_ = failed.message();
            return {state::malformed, taken};
        }
        if (parser_->status == 101 && parser_->is_header_done()) {
            fault_ = "switching protocols";
            return {state::malformed, taken};
        }
        if (parser_->is_done()) {
            if (parser_->status >= 200) {
                return {state::complete, taken};
            }
            if (++informational_ > informational_max) {
                fault_ = "too many informational answers";
                return {state::malformed, taken};
            }
            start_over();
            continue;
        }
        if (parser_->body_total > limits_.body_kept + body_dropped_max) {
            return {state::dropped_enough, taken};
        }
        if (failed) {
            break;
        }
    }
    if (parser_->header_done && bytes.size() - taken > chunk_line_max) {
        fault_ = "a chunk line is too long";
        return {state::malformed, taken};
    }
    return {state::incomplete, taken};
}

response_reader::state response_reader::end() {
    if (!parser_->got_some() || !parser_->is_header_done() || !parser_->need_eof()) {
        return state::incomplete;
    }
    beast::error_code failed;
    parser_->put_eof(failed);
    return failed ? state::incomplete : state::complete;
}

unsigned response_reader::status() const {
    return parser_->status;
}

bool response_reader::keeps_alive() const {
    if (!parser_->is_done() || !parser_->keep_alive()) {
        return false;
    }
    // Two readers may see two ends of a body that is framed in any other way.
    const auto* encoding = parser_->headers.find("Transfer-Encoding");
    return encoding == nullptr || equal_ignoring_case(*encoding, "chunked");
}

bool response_reader::body_cut() const {
    return parser_->body_total > parser_->body.size();
}

headers response_reader::take_headers() {
    return std::move(parser_->headers);
}

std::string response_reader::take_body() {
    return std::move(parser_->body);
}

}  // namespace vf::http
