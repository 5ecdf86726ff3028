#include "server/request_head.hpp"

#include <boost/beast/http/basic_parser.hpp>

namespace vf::http {

namespace beast = boost::beast;

namespace {

constexpr std::size_t headers_expected = 12;

// Beast's grammar of the request line and the header lines, without its containers.
class head_parser final : public beast::http::basic_parser<true> {
public:
    explicit head_parser(request_head& into) : into_{into} {
        into_.headers.all.reserve(headers_expected);
    }

private:
    using error_code = beast::error_code;
    using text = beast::string_view;

    void on_request_impl(beast::http::verb, text method, text target, int version, error_code&)
        override {
        into_.method.assign(method.data(), method.size());
        into_.target.assign(target.data(), target.size());
        into_.is_http_1_1 = version == 11;
    }

    void on_field_impl(beast::http::field, text name, text value, error_code&) override {
        into_.headers.all.emplace_back(std::string{name}, std::string{value});
    }

    void on_response_impl(int, text, int, error_code&) override {}

    void on_header_impl(error_code&) override {}

    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}

    std::size_t on_body_impl(text body, error_code&) override { return body.size(); }

    void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, text body, error_code&) override {
        return body.size();
    }

    void on_finish_impl(error_code&) override {}

    request_head& into_;
};

}  // namespace

std::expected<request_head, std::string> parse_request_head(std::string_view bytes) {
    request_head request_head;
    head_parser parser{request_head};
    // Lengths are judged by our own checks before and after.
    parser.header_limit(std::numeric_limits<std::uint32_t>::max());
    parser.body_limit(boost::none);
    beast::error_code failed;
    const auto taken = parser.put(boost::asio::const_buffer{bytes.data(), bytes.size()}, failed);
    if (failed) {
        return std::unexpected("The request head is malformed: " + failed.message() + ".");
    }
    if (!parser.is_header_done() || taken != bytes.size()) {
        return std::unexpected("The request head is malformed.");
    }
    request_head.keep_alive = parser.keep_alive();
    return request_head;
}

}  // namespace vf::http
