#include "session.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <type_traits>
#include <utility>

#include <sys/socket.h>

#include <fmt/format.h>

#include "connection_text.hpp"
#include "sqlstate.hpp"

namespace vf::postgres {

namespace {

// A service has some dozens of statements. Past this, somebody builds them from values; they work,
// unprepared, and the server's memory stays bounded.
constexpr std::size_t most_prepared = 256;

// Between two statements of a transaction the pool thread only computes.
constexpr std::chrono::seconds idle_in_transaction_limit{15};

// What libpqxx throws, in the one place that looks. Call inside a catch block only.
error error_of_current_exception() {
    try {
        throw;
    } catch (const pqxx::protocol_violation& e) {
        return error_of_sqlstate("08P01", e.what());
    } catch (const pqxx::broken_connection& e) {
        return database_unavailable(e.what());
    } catch (const pqxx::in_doubt_error&) {
        return database_unavailable("the connection was lost during the commit");
    } catch (const pqxx::insufficient_privilege& e) {
        return error_of_sqlstate("42501", e.what());
    } catch (const pqxx::sql_error& e) {
        return error_of_sqlstate(e.sqlstate(), e.what());
    } catch (const std::bad_alloc&) {
        return out_of_memory();
    } catch (const std::exception& e) {
        return {failure::permanent, "database_error", e.what()};
    }
}

// From the server's own limit to ours: it answers first unless it cannot.
constexpr std::chrono::seconds grace{1};

// Sent once per connection, so that no default of the server, the database or the role decides.
std::string session_settings(vf::duration statement_timeout) {
    const auto milliseconds = [](auto span) {
        return std::chrono::ceil<std::chrono::milliseconds>(span).count();
    };
    return fmt::format(
        "SET statement_timeout = {};"
        "SET idle_in_transaction_session_timeout = {};"
        "SET default_transaction_isolation = 'read committed';"
        "SET TimeZone = 'UTC';"
        "SET DateStyle = 'ISO, YMD';"
        "SET bytea_output = 'hex';"
        "SET client_min_messages = warning",
        milliseconds(statement_timeout), milliseconds(idle_in_transaction_limit)
    );
}

// Views: `values` outlives the call.
pqxx::params bound(const std::vector<parameter>& values) {
    pqxx::params list;
    list.reserve(values.size());
    for (const auto& value : values) {
        if (!value.bytes) {
            list.append();
        } else if (value.binary) {
            list.append(pqxx::binary_cast(*value.bytes));
        } else {
            list.append(pqxx::zview{value.bytes->c_str(), value.bytes->size()});
        }
    }
    return list;
}

// In binary form the server looks for itself.
bool has_nul(const std::vector<parameter>& values) {
    return std::ranges::any_of(values, [](const parameter& value) {
        return value.bytes && !value.binary && value.bytes->contains('\0');
    });
}

}  // namespace

session::call_deadline::call_deadline(session& owner) : owner_{owner} {
    if (owner.statement_timeout_ > vf::duration::zero()) {
        const std::scoped_lock lock{owner.interruption_};
        owner.deadline_ = std::chrono::steady_clock::now() + owner.statement_timeout_ + grace;
    }
}

session::call_deadline::~call_deadline() {
    const std::scoped_lock lock{owner_.interruption_};
    owner_.deadline_.reset();
}

template <class Call>
auto session::guarded(Call call) -> result<std::invoke_result_t<Call>> {
    const call_deadline limit{*this};
    try {
        if constexpr (std::is_void_v<std::invoke_result_t<Call>>) {
            call();
            return {};
        } else {
            return call();
        }
    } catch (...) {
        return std::unexpected(error_of_current_exception());
    }
}

session::session(session_options options, std::function<void(int)> count)
    : options_{std::move(options)},
      count_{std::move(count)},
      statement_timeout_{options_.statement_timeout} {}

session::~session() {
    close();
}

result<void> session::open() {
    auto text = connection_text(options_.url, options_.application_name, options_.connect_timeout);
    if (!text) {
        return forward(text);
    }
    auto opened = guarded([this, &text] {
        connection_.emplace(*text);
        count_(1);
    });
    if (opened) {
        // From here on calls have their deadline; connecting has a limit of its own.
        use_socket(connection_->sock());
        opened = guarded([this] { set_up(); });
    }
    if (!opened) {
        close();
    }
    return opened;
}

void session::set_up() {
    // Without the detail line, which repeats the values of the row at fault.
    connection_->set_verbosity(pqxx::error_verbosity::terse);
    connection_->set_notice_handler([](pqxx::zview) {});
    pqxx::nontransaction settings{*connection_};
    settings.exec(session_settings(options_.statement_timeout));
    if (!options_.settings.empty()) {
        settings.exec(options_.settings);
    }
}

void session::use_socket(int socket) {
    const std::scoped_lock lock{interruption_};
    socket_ = socket;
    interrupted_ = false;
}

void session::close() {
    {
        // Sends the ROLLBACK of what is open.
        const call_deadline limit{*this};
        transaction_.reset();
    }
    prepared_.clear();
    outdated_ = false;
    use_socket(-1);
    if (connection_) {
        connection_.reset();
        count_(-1);
    }
}

// The descriptor stays ours until `close` forgets it under the lock, so it is of this connection.
void session::interrupt_when_overdue(std::chrono::steady_clock::time_point now) {
    const std::scoped_lock lock{interruption_};
    if (deadline_ && now > *deadline_ && socket_ >= 0 && !interrupted_) {
        interrupted_ = true;
        ::shutdown(socket_, SHUT_RDWR);
    }
}

bool session::was_interrupted() {
    const std::scoped_lock lock{interruption_};
    return interrupted_;
}

void session::start() {
    if (options_.autocommit) {
        transaction_ = std::make_unique<pqxx::nontransaction>(*connection_);
    } else {
        transaction_ = std::make_unique<pqxx::work>(*connection_);
    }
}

result<void> session::begin() {
    statement_timeout_ = options_.statement_timeout;
    const auto begin_it = [this] { start(); };
    if (connection_) {
        auto begun = guarded(begin_it);
        if (begun) {
            return begun;
        }
        const bool given_up = was_interrupted();
        close();
        if (given_up) {
            // The server is there and does not answer: a fresh connection would wait as long again.
            return begun;
        }
    }
    if (auto opened = open(); !opened) {
        return opened;
    }
    auto begun = guarded(begin_it);
    if (!begun) {
        close();
    }
    return begun;
}

// The name of the statement on this connection; null when it has to go unprepared.
result<const std::string*> session::prepared(std::string_view statement) {
    if (prepared_.size() >= most_prepared) {
        return nullptr;
    }
    std::string text{statement};
    std::string name = "s" + std::to_string(prepared_.size());
    auto done = guarded([this, &text, &name] { connection_->prepare(name, text); });
    if (!done) {
        return forward(done);
    }
    return &prepared_.emplace(std::move(text), std::move(name)).first->second;
}

result<pqxx::result> session::run(
    std::string_view statement, const std::vector<parameter>& values
) {
    if (has_nul(values)) {
        // libpqxx would cut the text at the NUL and say nothing.
        return std::unexpected(error_of_sqlstate("22021", "a text parameter holds a NUL byte"));
    }
    const auto found = prepared_.find(statement);
    const bool planned_before = found != prepared_.end();
    const std::string* name = planned_before ? &found->second : nullptr;
    if (!planned_before) {
        auto fresh = prepared(statement);
        if (!fresh) {
            return forward(fresh);
        }
        name = *fresh;
    }
    auto answer = guarded([this, statement, name, &values] {
        return name != nullptr ? transaction_->exec(pqxx::prepped{*name}, bound(values))
                               : transaction_->exec(statement, bound(values));
    });
    // A prepared statement whose result type changed with the schema (0A000), or that somebody
    // deallocated (26000), works again once it is prepared anew, on a fresh connection.
    if (!answer && planned_before &&
        (answer.error().detail.starts_with("0A000") || answer.error().detail.starts_with("26000")
        )) {
        outdated_ = true;
        answer.error().kind = failure::transient;
        answer.error().code = "database_conflict";
    }
    if (!answer && answer.error().code == "database_read_only") {
        outdated_ = true;
    }
    return answer;
}

result<void> session::script(std::string_view statements) {
    return guarded([this, statements] { transaction_->exec(statements); });
}

result<void> session::set_statement_timeout(vf::duration limit) {
    statement_timeout_ = limit;
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(limit).count();
    return script(fmt::format("SET LOCAL statement_timeout = {}", milliseconds));
}

result<void> session::commit() {
    auto committed = guarded([this] { transaction_->commit(); });
    if (!committed) {
        roll_back();
    } else {
        transaction_.reset();
    }
    return committed;
}

void session::roll_back() {
    {
        // Its destructor sends the ROLLBACK.
        const call_deadline limit{*this};
        transaction_.reset();
    }
    if (connection_ && (outdated_ || !connection_->is_open())) {
        close();
    }
}

}  // namespace vf::postgres
