// An open-loop client: requests leave when they are due, whether or not those before them have been
// answered, and each is timed from the moment it was due. What a closed loop hides, the wait behind
// a stall, is counted here. One thread on epoll and requests made beforehand, so that it takes a
// few microseconds a request and is not itself the limit; `late_p99_ms` says whether it was.
//
// usage: open_loop PORT API_KEY CONNECTIONS RATE:SECONDS[,RATE:SECONDS…] [OPTION=VALUE …]
//   batch=N      requests of N events; 0: single ones (the default)
//   unsent=wait  a request that finds every connection busy waits, and its time with it (the
//                default); unsent=drop: it is dropped and counted, as by somebody else's client
//   patience=MS  an answer that takes longer is waited for no more, and the connection closes
// Prints one JSON object: of every phase and every second what was offered and what became of it.
#include <sys/epoll.h>
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string_view>
#include <utility>

#include "open_loop_connection.hpp"
#include "open_loop_tally.hpp"

namespace vf::bench {

namespace {

// What is due meanwhile leaves together; a calm client looks around all the same.
constexpr steady::duration shortest_wait = std::chrono::microseconds{100};
constexpr steady::duration longest_wait = std::chrono::milliseconds{10};
constexpr std::size_t events_at_once = 512;

struct options {
    std::uint16_t port{0};
    std::string key;
    std::size_t connections{1};
    std::vector<phase> phases;
    std::size_t batch{0};
    bool drop_unsent{false};
    std::chrono::milliseconds patience{30'000};
};

struct sent_request {
    std::size_t connection;
    std::uint64_t number;
    steady::time_point sent_at;
};

class open_loop {
public:
    explicit open_loop(const options& settings)
        : settings_{settings},
          requests_{settings.key, settings.batch},
          tally_{settings.phases},
          epoll_{::epoll_create1(EPOLL_CLOEXEC)} {
        connections_.reserve(settings.connections);
        for (std::size_t i = 0; i < settings.connections; ++i) {
            connections_.emplace_back(settings.port);
            open(i);
        }
    }

    const tally& run() {
        start_ = steady::now() + std::chrono::milliseconds{200};
        while (!finished()) {
            const auto now = steady::now();
            take_due(now);
            send_waiting();
            give_up(now);
            await_answers();
        }
        return tally_;
    }

private:
    [[nodiscard]] bool finished() const {
        return tally_.all_due(due_) && waiting_.empty() && in_flight_ == 0;
    }

    void open(std::size_t index) {
        auto& connection = connections_[index];
        connection.open();
        epoll_event interest{};
        interest.events = EPOLLIN | EPOLLOUT | EPOLLET;
        interest.data.u64 = index;
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.descriptor(), &interest) != 0) {
            std::perror("open_loop: epoll");
            std::exit(1);
        }
    }

    void reopen(std::size_t index) {
        connections_[index].close();
        open(index);
    }

    void take_due(steady::time_point now) {
        while (!tally_.all_due(due_)) {
            const auto after = tally_.due_after(due_);
            const auto due = start_ + after;
            if (due > now) {
                return;
            }
            tally_.offered(after, now - due);
            ++due_;
            if (settings_.drop_unsent && waiting_.size() >= idle_.size()) {
                tally_.unsent(after);
            } else {
                waiting_.push_back(due);
            }
        }
    }

    void send_waiting() {
        while (!waiting_.empty() && !idle_.empty()) {
            const auto index = idle_.front();
            idle_.pop_front();
            auto& connection = connections_[index];
            if (!connection.is_open()) {
                reopen(index);
                continue;
            }
            ++in_flight_;
            ++number_;
            requests_.renumber(number_);
            connection.start(waiting_.front(), number_);
            waiting_.pop_front();
            sent_.push_back({index, number_, steady::now()});
            if (!connection.send(requests_.head(), requests_.body())) {
                end(index, answer_kind::failed);
                reopen(index);
            }
        }
    }

    // An answer later than that is of no use to anybody.
    void give_up(steady::time_point now) {
        while (!sent_.empty() && now - sent_.front().sent_at >= settings_.patience) {
            const auto [index, number, sent_at] = sent_.front();
            sent_.pop_front();
            if (connections_[index].carries(number)) {
                end(index, answer_kind::timed_out);
                reopen(index);
            }
        }
        while (!waiting_.empty() && now - waiting_.front() >= settings_.patience) {
            tally_.unsent(waiting_.front() - start_);
            waiting_.pop_front();
        }
    }

    void await_answers() {
        auto wait = longest_wait;
        if (!tally_.all_due(due_)) {
            const auto until_due = start_ + tally_.due_after(due_) - steady::now();
            wait = std::clamp(until_due, shortest_wait, longest_wait);
        }
        timespec limit{0, std::chrono::nanoseconds{wait}.count()};
        const int count = ::epoll_pwait2(
            epoll_, events_.data(), static_cast<int>(events_.size()), &limit, nullptr
        );
        for (int i = 0; i < count; ++i) {
            const auto& event = events_[static_cast<std::size_t>(i)];
            advance(static_cast<std::size_t>(event.data.u64), event.events);
        }
    }

    void advance(std::size_t index, std::uint32_t ready) {
        auto& connection = connections_[index];
        if ((ready & (EPOLLERR | EPOLLHUP)) != 0) {
            lose(index);
            return;
        }
        if ((ready & EPOLLOUT) != 0 && !connection.write_on()) {
            lose(index);
            return;
        }
        if (connection.becomes_idle()) {
            idle_.push_back(index);
        }
        if ((ready & EPOLLIN) == 0) {
            return;
        }
        auto answer = connection.read();
        if (!answer) {
            return;
        }
        if (!connection.busy()) {
            connection.close();  // an idle one: opened again when it is needed
            return;
        }
        end(index, answer->kind, answer->retry_after, std::move(answer->reason));
        if (answer->closes) {
            reopen(index);
        } else {
            idle_.push_back(index);
        }
    }

    // Closed by the other side, or never opened.
    void lose(std::size_t index) {
        auto& connection = connections_[index];
        const bool busy = connection.busy();
        if (busy) {
            end(index, answer_kind::failed);
        }
        const bool was_idle = !busy && connection.is_open();
        connection.close();
        if (!was_idle) {
            open(index);
        }
    }

    void end(
        std::size_t index, answer_kind kind, bool retry_after = true, std::string reason = {}
    ) {
        --in_flight_;
        const auto now = steady::now();
        const auto due = connections_[index].finish();
        tally_.answered(
            {kind, retry_after, due - start_, now - due, now - start_, std::move(reason)}
        );
    }

    options settings_;
    prepared_requests requests_;
    tally tally_;
    int epoll_;
    std::vector<connection> connections_;
    std::deque<std::size_t> idle_;
    std::deque<steady::time_point> waiting_;
    std::deque<sent_request> sent_;
    std::array<epoll_event, events_at_once> events_{};
    steady::time_point start_;
    std::uint64_t due_{0};
    std::uint64_t number_{0};
    std::size_t in_flight_{0};
};

double number_of(std::string_view text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::vector<phase> phases_of(std::string_view text) {
    std::vector<phase> phases;
    while (!text.empty()) {
        const auto one = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), one.size() + 1));
        const auto colon = one.find(':');
        if (colon == std::string_view::npos) {
            return {};
        }
        const auto seconds = static_cast<std::size_t>(number_of(one.substr(colon + 1)));
        phases.push_back({number_of(one.substr(0, colon)), seconds});
    }
    return phases;
}

bool read_option(std::string_view text, options& settings) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) {
        return false;
    }
    const auto name = text.substr(0, equals);
    const auto value = text.substr(equals + 1);
    if (name == "batch") {
        settings.batch = static_cast<std::size_t>(number_of(value));
    } else if (name == "unsent") {
        settings.drop_unsent = value == "drop";
    } else if (name == "patience") {
        settings.patience = std::chrono::milliseconds{static_cast<long>(number_of(value))};
    } else {
        return false;
    }
    return true;
}

double processor_microseconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto micros = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
    };
    return micros(used.ru_utime) + micros(used.ru_stime);
}

int main_of(const std::vector<std::string_view>& arguments) {
    constexpr std::size_t required = 4;
    if (arguments.size() < required) {
        return 64;
    }
    options settings;
    settings.port = static_cast<std::uint16_t>(number_of(arguments[0]));
    settings.key = arguments[1];
    settings.connections =
        std::max(std::size_t{1}, static_cast<std::size_t>(number_of(arguments[2])));
    settings.phases = phases_of(arguments[3]);
    for (std::size_t i = required; i < arguments.size(); ++i) {
        if (!read_option(arguments[i], settings)) {
            return 64;
        }
    }
    if (settings.phases.empty()) {
        return 64;
    }
    open_loop client{settings};
    const auto before = processor_microseconds();
    const auto& found = client.run();
    std::fputs(found.json(processor_microseconds() - before).c_str(), stdout);
    return 0;
}

}  // namespace

}  // namespace vf::bench

int main(int argc, char** argv) {
    return vf::bench::main_of({argv + 1, argv + argc});
}
