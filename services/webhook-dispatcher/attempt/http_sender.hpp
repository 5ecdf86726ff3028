// The sender over http::client. Loop thread.
#pragma once

#include <utility>

#include "vf/http/client.hpp"
#include "webhook-dispatcher/attempt/attempt.hpp"

namespace vf::webhook_dispatcher {

class http_sender final : public sender {
public:
    explicit http_sender(http::client& out) : out_{out} {}

    [[nodiscard]] runtime::task<result<http::client_response>> send(http::client_request request
    ) override {
        return out_.send(std::move(request));
    }

private:
    http::client& out_;
};

}  // namespace vf::webhook_dispatcher
