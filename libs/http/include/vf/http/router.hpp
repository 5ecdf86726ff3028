// Method and path to handler. Built once before the server starts; read only afterwards.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vf/http/body_budget.hpp"
#include "vf/http/message.hpp"
#include "vf/runtime/task.hpp"

namespace vf::http {

// A handler outlives the server and answers every request, its own faults included.
using handler = std::function<runtime::task<response>(request)>;

// A request that may go on: whose share of the budget of bodies its body takes, and what answers
// the whole of it, once. Without a budget of its own it is the server's.
struct accepted_head {
    std::string account;
    http::handler handler;
    std::shared_ptr<body_budget> bodies{};
};

using head_result = std::expected<accepted_head, response>;

// Judges a request by its head, before anything of its body is read. The request lives until the
// task has ended.
using head_handler = std::function<runtime::task<head_result>(const request&)>;

struct route {
    std::string method;
    std::string pattern;     // "/v1/projects/{p}/keys": a {name} part matches one non-empty segment
    std::size_t body_limit;  // decoded
    http::handler handler;   // of every request; or
    http::head_handler on_head{};  // whoever may be refused without a body being read for him
};

class router {
public:
    void add(route added);

    // The answer to a path that no route has, and a path without that method: then the methods
    // there are stand in the parameter "allow" of the request, and the server adds the Allow
    // header. Called without the body. Without this handler the server answers 404 and 405 itself.
    void set_not_found(http::handler handler) { not_found_ = std::move(handler); }

    struct match {
        const http::route* route{nullptr};  // null: no such path, or no such method on it
        std::vector<std::string> allowed;   // the methods of the path when only the method is wrong
        std::map<std::string, std::string, std::less<>> parameters;
    };

    // `path` is still percent-encoded: an escaped slash does not split a segment. A literal part
    // goes before a parameter, from the left.
    [[nodiscard]] match find(std::string_view method, std::string_view path) const;

    [[nodiscard]] const std::vector<route>& routes() const { return routes_; }

    [[nodiscard]] const http::handler& not_found() const { return not_found_; }

private:
    struct path_of_route {
        std::vector<std::string> segments;  // "{name}" is a parameter
        std::string rank;  // 'l' for a literal, 'p' for a parameter: less goes first
    };

    std::vector<route> routes_;
    std::vector<path_of_route> paths_;  // beside `routes_`
    http::handler not_found_;
};

}  // namespace vf::http
