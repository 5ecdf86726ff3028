#include "client/name_lookup.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <sys/stat.h>

#include <fmt/format.h>

#include "vf/runtime/signal.hpp"

namespace vf::http {

using boost::system::error_code;
using std::chrono::steady_clock;

namespace {

using addresses = std::vector<ip_address>;

// No honest name has as many, and all of them are vetted and kept.
constexpr std::size_t addresses_max = 64;

// So that a family that leads nowhere from here costs one try, not all of them.
addresses take_turns(const addresses& v4, const addresses& v6) {
    addresses all;
    for (std::size_t index = 0; index < std::max(v4.size(), v6.size()); ++index) {
        if (index < v4.size()) {
            all.push_back(v4[index]);
        }
        if (index < v6.size() && std::ranges::find(all, v6[index]) == all.end()) {
            all.push_back(v6[index]);
        }
    }
    return all;
}

}  // namespace

struct name_lookup::lookup {
    lookup(runtime::loop& events, std::string host, dns_channel& servers)
        : name{std::move(host)},
          channel{servers},
          timer{events.context()},
          done{events.context()} {}

    [[nodiscard]] bool has_addresses() const { return !v4.empty() || !v6.empty(); }

    [[nodiscard]] bool whole() const { return unanswered == 0 && failed == 0; }

    std::string name;
    dns_channel& channel;
    boost::asio::steady_timer timer;
    runtime::signal done;
    time_point began{steady_clock::now()};
    time_point deadline;
    int unanswered{0};  // families, as is the next
    int failed{0};
    bool concluded{false};
    addresses v4;
    addresses v6;
    std::optional<vf::duration> ttl;
    std::string detail{"no answer in time"};
    name_cache::answer found;
};

struct name_lookup::probe {
    explicit probe(runtime::loop& events) : timer{events.context()} {}

    boost::asio::steady_timer timer;
};

struct name_lookup::lookup_metrics {
    explicit lookup_metrics(telemetry::registry& registry)
        : found{make(registry, "found")},
          absent{make(registry, "absent")},
          failed{make(registry, "failed")},
          unavailable{make(registry, "unavailable")},
          cached{make(registry, "cached")},
          busy{make(registry, "busy")},
          servers_answer{registry.make_gauge(
              "vf_http_client_name_servers_answer", "0 while no name at all resolves"
          )},
          running{registry.make_gauge("vf_http_client_lookups_running", "Name look-ups under way")
          } {
        servers_answer.set(1);
    }

    static telemetry::counter make(telemetry::registry& registry, const char* outcome) {
        return registry.make_counter(
            "vf_http_client_lookups_total", "Name look-ups, by outcome", {{"outcome", outcome}}
        );
    }

    telemetry::counter found;
    telemetry::counter absent;
    telemetry::counter failed;
    telemetry::counter unavailable;
    telemetry::counter cached;
    telemetry::counter busy;
    telemetry::gauge servers_answer;
    telemetry::gauge running;
};

name_lookup::name_lookup(
    runtime::loop& events, const name_options& options, bool with_search,
    telemetry::registry& metrics
)
    : events_{events},
      options_{options},
      with_search_{with_search},
      metrics_{std::make_unique<lookup_metrics>(metrics)},
      cache_{options.names_kept_max} {}

// Queries that still run are answered when their channel goes: nobody waits for that any more. A
// frame that never ended may hold a look-up for longer, whose timer then does nothing.
name_lookup::~name_lookup() {
    closing_ = true;
    for (const auto& [name, running] : lookups_) {
        running->concluded = true;
    }
    retired_.clear();
    channel_.reset();
}

runtime::task<name_cache::answer> name_lookup::find(std::string host, vf::duration limit) {
    if (host == "localhost") {
        co_return addresses{*ip_address::parse("127.0.0.1")};
    }
    if (auto literal = ip_address::parse(host)) {
        co_return addresses{*literal};
    }
    if (const auto* kept = cache_.find(host, steady_clock::now())) {
        metrics_->cached.increment();
        co_return *kept;
    }
    auto running = find_or_start(host);
    if (!running) {
        co_return forward(running);
    }
    const auto shared = std::move(*running);
    bool in_time = co_await shared->done.wait_for(limit);
    if (!in_time) {
        co_return fail(failure::transient, "timed_out", "name look-up");
    }
    co_return shared->found;
}

result<std::shared_ptr<name_lookup::lookup>> name_lookup::find_or_start(const std::string& name) {
    // One that has its answer runs on until c-ares is done with it, but is no answer any more: what
    // it found was cached for as long as it is good.
    const auto slot = lookups_.find(name);
    if (slot != lookups_.end() && !slot->second->done.raised()) {
        return slot->second;
    }
    if (running_ >= options_.running_max) {
        metrics_->busy.increment();
        return fail(failure::transient, "lookups_busy", "too many look-ups run");
    }
    auto servers = channel();
    if (!servers) {
        return fail(failure::transient, "resolver_unavailable", servers.error().detail);
    }
    return start(name, **servers);
}

std::shared_ptr<name_lookup::lookup> name_lookup::start(
    const std::string& name, dns_channel& servers
) {
    auto started = std::make_shared<lookup>(events_, name, servers);
    if (auto listed = servers.find_in_hosts(name); !listed.empty()) {
        finish(started, std::move(listed), options_.found_kept_min);
        return started;
    }
    lookups_.insert_or_assign(name, started);
    metrics_->running.set(static_cast<double>(++running_));
    started->deadline = started->began + options_.limit;
    started->unanswered = 2;
    arm(started, started->deadline);
    query(started, address_family::v4);
    query(started, address_family::v6);
    return started;
}

// The addresses of the servers are read again after they have changed, as libc does. Never called
// by a channel, which must not go while it calls.
result<dns_channel*> name_lookup::channel() {
    std::erase_if(retired_, [](const auto& each) { return each->running() == 0; });
    const auto now = steady_clock::now();
    const bool looks =
        options_.servers.empty() && now >= config_read_at_ + options_.resolv_conf_interval;
    if (channel_ && !looks) {
        return channel_.get();
    }
    config_read_at_ = now;
    const auto stamp = stamp_config();
    if (channel_ && stamp == config_) {
        return channel_.get();
    }
    auto opened = dns_channel::create(events_.context(), options_, with_search_);
    if (!opened) {
        log_.error("name servers cannot be used", {{"detail", opened.error().detail}});
        if (channel_) {
            return channel_.get();
        }
        return forward(opened);
    }
    if (channel_) {
        retired_.push_back(std::move(channel_));
    }
    config_ = stamp;
    channel_ = std::move(*opened);
    return channel_.get();
}

name_lookup::config_stamp name_lookup::stamp_config() const {
    struct ::stat found{};
    if (::stat(options_.resolv_conf.c_str(), &found) != 0) {
        return {};
    }
    constexpr std::int64_t nanoseconds = 1'000'000'000;
    return {found.st_mtim.tv_sec * nanoseconds + found.st_mtim.tv_nsec, found.st_ino};
}

void name_lookup::query(const std::shared_ptr<lookup>& running, address_family family) {
    running->channel.query(running->name, family, [this, running, family](dns_answer received) {
        on_answer(running, family, std::move(received));
    });
}

void name_lookup::on_answer(
    const std::shared_ptr<lookup>& running, address_family family, dns_answer received
) {
    if (closing_) {
        return;
    }
    const auto now = steady_clock::now();
    // c-ares gives up when it thinks fit, which may be early.
    const auto late = running->deadline - options_.limit / 10;
    if (received.what == dns_answer::kind::timed_out && !running->concluded && now < late) {
        query(running, family);
        return;
    }
    note_life(received);
    --running->unanswered;
    if (!running->concluded) {
        if (received.what == dns_answer::kind::found) {
            auto& list = family == address_family::v4 ? running->v4 : running->v6;
            list = std::move(received.addresses);
            running->ttl = std::min<vf::duration>(
                running->ttl.value_or(options_.found_kept_max), received.ttl
            );
        } else {
            running->failed += received.what == dns_answer::kind::absent ? 0 : 1;
            running->detail = std::move(received.detail);
        }
        if (running->unanswered == 0) {
            conclude(running);
        } else if (running->has_addresses()) {
            arm(running, std::min(running->deadline, now + options_.second_family_limit));
        }
    }
    if (running->unanswered == 0) {
        const auto slot = lookups_.find(running->name);
        if (slot != lookups_.end() && slot->second == running) {
            lookups_.erase(slot);
        }
        metrics_->running.set(static_cast<double>(--running_));
    }
}

void name_lookup::arm(const std::shared_ptr<lookup>& running, time_point until) {
    running->timer.expires_at(until);
    running->timer.async_wait([this, weak = std::weak_ptr{running}](error_code cancelled) {
        const auto self = weak.lock();
        if (!cancelled && self && !closing_ && !self->concluded) {
            conclude(self);
        }
    });
}

// Both families are answered, or the time is over.
void name_lookup::conclude(const std::shared_ptr<lookup>& running) {
    running->concluded = true;
    running->timer.cancel();
    if (running->has_addresses()) {
        auto all = take_turns(running->v4, running->v6);
        if (all.size() > addresses_max) {
            auto error = fail(
                failure::transient, "name_not_resolved", running->name + ": too many addresses"
            );
            finish(running, std::move(error), options_.absent_kept);
            return;
        }
        const auto longest = running->whole() ? options_.found_kept_max : options_.failure_kept;
        const auto ttl = running->ttl.value_or(vf::duration{0});
        const auto kept = std::clamp(ttl, std::min(options_.found_kept_min, longest), longest);
        finish(running, std::move(all), kept);
    } else if (running->whole()) {
        auto error = fail(
            failure::transient, "name_not_resolved",
            fmt::format("{}: {}", running->name, running->detail)
        );
        finish(running, std::move(error), options_.absent_kept);
    } else {
        judge(running);
    }
}

// No answer: because of this name, or is there none for any?
void name_lookup::judge(const std::shared_ptr<lookup>& running) {
    if (alive_at_ < running->began) {
        unjudged_.push_back(running);
        start_probe(running->channel);
        return;
    }
    auto error = fail(
        failure::transient, "name_not_resolved", running->name + ": the name servers do not answer"
    );
    finish(running, std::move(error), options_.failure_kept);
}

void name_lookup::start_probe(dns_channel& servers) {
    if (probe_) {
        return;
    }
    probe_ = std::make_shared<probe>(events_);
    const std::weak_ptr<probe> mine{probe_};
    probe_->timer.expires_after(options_.probe_limit);
    probe_->timer.async_wait([this, mine](error_code cancelled) {
        // None any more: it has ended, or all of this has.
        if (!cancelled && !mine.expired()) {
            end_probe();
        }
    });
    servers.query_root([this, mine](dns_answer received) {
        if (closing_) {
            return;
        }
        note_life(received);
        if (!mine.expired()) {
            end_probe();
        }
    });
}

void name_lookup::end_probe() {
    probe_.reset();
    const auto waiting = std::exchange(unjudged_, {});
    for (const auto& each : waiting) {
        if (alive_at_ >= each->began) {
            judge(each);
            continue;
        }
        metrics_->servers_answer.set(0);
        if (std::exchange(answers_, false)) {
            log_.error("no name resolves", {{"name", each->name}, {"detail", each->detail}});
        }
        auto error = fail(
            failure::transient, "resolver_unavailable", each->name + ": no name server answers"
        );
        finish(each, std::move(error), options_.failure_kept);
    }
}

void name_lookup::finish(const std::shared_ptr<lookup>& running, answer found, vf::duration kept) {
    if (found) {
        metrics_->found.increment();
    } else if (found.error().code == "resolver_unavailable") {
        metrics_->unavailable.increment();
    } else {
        (running->whole() ? metrics_->absent : metrics_->failed).increment();
    }
    cache_.put(running->name, found, steady_clock::now() + kept);
    running->found = std::move(found);
    running->concluded = true;
    running->done.raise();
}

void name_lookup::note_life(const dns_answer& received) {
    if (received.is_sign_of_life()) {
        alive_at_ = steady_clock::now();
        metrics_->servers_answer.set(1);
        if (!std::exchange(answers_, true)) {
            log_.info("names resolve again", {});
        }
    }
}

}  // namespace vf::http
