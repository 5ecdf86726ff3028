// Bytes of one HTTP response to status, headers and the part of the body that is kept. No I/O.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "vf/http/message.hpp"

namespace vf::http {

struct response_limits {
    std::size_t header_bytes;
    std::size_t body_kept;
    bool to_head;  // the request was HEAD
};

class response_reader {
public:
    enum class state {
        incomplete,
        complete,
        dropped_enough,  // the body goes on beyond what we read of it
        malformed,
    };

    explicit response_reader(const response_limits& limits);
    ~response_reader();
    response_reader(const response_reader&) = delete;
    response_reader& operator=(const response_reader&) = delete;

    struct step {
        response_reader::state state;
        std::size_t taken;
    };

    // Informational answers (1xx) are read over.
    [[nodiscard]] step advance(std::string_view bytes);
    // The other side has closed: `complete` when that ends the body, else `incomplete`.
    [[nodiscard]] state end();

    [[nodiscard]] unsigned status() const;
    // True when another request may follow on the connection.
    [[nodiscard]] bool keeps_alive() const;
    [[nodiscard]] bool body_cut() const;

    [[nodiscard]] const std::string& fault() const { return fault_; }

    [[nodiscard]] http::headers take_headers();
    [[nodiscard]] std::string take_body();

private:
    class parser;

    void start_over();

    response_limits limits_;
    std::unique_ptr<parser> parser_;
    std::string fault_;
    int informational_{0};
};

}  // namespace vf::http
