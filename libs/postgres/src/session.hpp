// One connection, opened when it is first needed and again after it was lost. Used by one thread at
// a time. Every exception of libpqxx ends here and becomes an error by SQLSTATE.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include <pqxx/pqxx>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::postgres {

struct session_options {
    std::string url;
    std::string application_name;
    vf::duration statement_timeout{};  // 0: none, on either side
    vf::duration connect_timeout{};
    std::string settings{};
    bool autocommit{false};
};

class session {
public:
    // `count` is called with +1 when the connection opens and -1 when it closes.
    session(session_options options, std::function<void(int)> count);
    ~session();
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    // Without autocommit, BEGIN is also the test of life: a connection that died while it was idle
    // is replaced here, once, before any work was done with it.
    [[nodiscard]] result<void> begin();
    // Prepares the statement on its first use, until there are too many of them.
    [[nodiscard]] result<pqxx::result> run(
        std::string_view statement, const std::vector<parameter>& values
    );
    [[nodiscard]] result<void> script(std::string_view statements);
    [[nodiscard]] result<void> commit();
    void roll_back();
    // For what is left of the transaction.
    [[nodiscard]] result<void> set_statement_timeout(vf::duration limit);

    void close();

    // Any thread, as long as the session lives: ends the call of the server that is under way when
    // it is over its deadline. It then fails as on a lost connection.
    void interrupt_when_overdue(std::chrono::steady_clock::time_point now);

private:
    // A call of the server is under way for as long as this lives.
    class call_deadline {
    public:
        explicit call_deadline(session& owner);
        ~call_deadline();
        call_deadline(const call_deadline&) = delete;
        call_deadline& operator=(const call_deadline&) = delete;

    private:
        session& owner_;
    };

    // Of libpqxx, within the deadline; what it throws becomes an error.
    template <class Call>
    auto guarded(Call call) -> result<std::invoke_result_t<Call>>;

    struct text_hash {
        using is_transparent = void;

        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    [[nodiscard]] result<void> open();
    void set_up();
    void use_socket(int socket);
    [[nodiscard]] bool was_interrupted();
    void start();
    [[nodiscard]] result<const std::string*> prepared(std::string_view statement);

    session_options options_;
    std::function<void(int)> count_;
    std::optional<pqxx::connection> connection_;
    std::unique_ptr<pqxx::transaction_base> transaction_;
    std::unordered_map<std::string, std::string, text_hash, std::equal_to<>> prepared_;
    // To be opened anew: plans are stale, or the server has become read-only.
    bool outdated_{false};
    vf::duration statement_timeout_{};  // of the transaction

    // Shared with whoever interrupts.
    std::mutex interruption_;
    int socket_{-1};
    std::optional<std::chrono::steady_clock::time_point> deadline_;
    bool interrupted_{false};
};

}  // namespace vf::postgres
