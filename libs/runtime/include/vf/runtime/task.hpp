// `task<T>`: a coroutine of the loop thread. Include this, and nothing of Asio, to declare one.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace vf::runtime {

template <class T = void>
using task = boost::asio::awaitable<T>;

}  // namespace vf::runtime
