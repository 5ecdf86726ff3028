// Has a route answer a request as the server would, without sockets: its head first, when the route
// judges that.
#pragma once

#include <utility>

#include "vf/http/router.hpp"
#include "vf/runtime/task.hpp"

namespace vf::support {

inline runtime::task<http::response> answer_route(const http::route& route, http::request request) {
    if (!route.on_head) {
        co_return co_await route.handler(std::move(request));
    }
    auto judged = co_await route.on_head(request);
    if (!judged) {
        co_return std::move(judged.error());
    }
    co_return co_await judged->handler(std::move(request));
}

}  // namespace vf::support
