// A sink and a source without a broker, for tests of workers and stages. One thread, one loop.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <stdexcept>
#include <utility>
#include <vector>

#include "vf/kafka/sink.hpp"
#include "vf/kafka/source.hpp"

namespace vf::support {

// Keeps what was published; fails first as often as it was told to.
class memory_sink final : public kafka::sink {
public:
    [[nodiscard]] runtime::task<result<void>> publish(std::vector<wire::record> records) override {
        if (std::exchange(throws_, false)) {
            throw std::runtime_error{"planted"};
        }
        if (!failures_.empty()) {
            error why = std::move(failures_.front());
            failures_.pop_front();
            co_return std::unexpected(std::move(why));
        }
        std::ranges::move(records, std::back_inserter(published));
        co_return result<void>{};
    }

    void fail_next(error why) { failures_.push_back(std::move(why)); }

    // As a fault of ours would.
    void throw_next() { throws_ = true; }

    std::vector<wire::record> published;

private:
    std::deque<error> failures_;
    bool throws_{false};
};

// Hands out its records in batches, again from the last commit after `reopen`.
class memory_source final : public kafka::source {
public:
    memory_source(std::vector<wire::record> records, std::size_t batch_max)
        : records_{std::move(records)}, batch_max_{batch_max} {}

    [[nodiscard]] runtime::task<result<kafka::batch>> next() override {
        kafka::batch out;
        while (!stopped_ && position_ < records_.size() && out.records.size() < batch_max_) {
            out.records.push_back(records_[position_++]);
        }
        co_return out;
    }

    [[nodiscard]] runtime::task<result<void>> commit(const kafka::batch& done) override {
        if (fail_commits_ > 0) {
            --fail_commits_;
            co_return fail(failure::transient, "commit_failed");
        }
        committed_ += done.records.size();
        co_return result<void>{};
    }

    void touch() override { ++touched_; }

    void stop() override { stopped_ = true; }

    // As after a crash: what was not committed comes again.
    void reopen() { position_ = committed_; }

    void fail_next_commit() { ++fail_commits_; }

    [[nodiscard]] std::size_t committed() const { return committed_; }

    [[nodiscard]] std::size_t touched() const { return touched_; }

private:
    std::vector<wire::record> records_;
    std::size_t batch_max_;
    std::size_t position_{0};
    std::size_t committed_{0};
    std::size_t fail_commits_{0};
    std::size_t touched_{0};
    bool stopped_{false};
};

}  // namespace vf::support
