#include "open_loop_tally.hpp"

#include <algorithm>
#include <cstdio>

namespace vf::bench {

namespace {

float milliseconds(steady::duration span) {
    return std::chrono::duration<float, std::milli>{span}.count();
}

void add(counts& sum, const counts& one) {
    for (auto field :
         {&counts::offered, &counts::answered, &counts::accepted, &counts::limited,
          &counts::unavailable, &counts::without_retry_after, &counts::other, &counts::failed,
          &counts::timed_out, &counts::unsent}) {
        sum.*field += one.*field;
    }
    for (auto field : {&counts::accepted_ms, &counts::refused_ms, &counts::late_ms}) {
        (sum.*field).insert((sum.*field).end(), (one.*field).begin(), (one.*field).end());
    }
}

double percentile(std::vector<float>& values, double of) {
    if (values.empty()) {
        return 0;
    }
    const auto index = static_cast<std::size_t>(static_cast<double>(values.size() - 1) * of);
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(index);
    std::nth_element(values.begin(), place, values.end());
    return static_cast<double>(*place);
}

void append(std::string& text, const char* name, std::uint64_t value) {
    text += std::string{R"(,")"} + name + R"(":)" + std::to_string(value);
}

void append(std::string& text, const char* name, double value) {
    std::array<char, 40> number{};
    std::snprintf(number.data(), number.size(), "%.3f", value);
    text += std::string{R"(,")"} + name + R"(":)" + number.data();
}

std::string object_of(counts one, double rate, std::size_t seconds) {
    std::string text = R"({"seconds":)" + std::to_string(seconds);
    append(text, "rate", rate);
    append(text, "offered", one.offered);
    append(text, "answered", one.answered);
    append(text, "accepted", one.accepted);
    append(text, "limited", one.limited);
    append(text, "unavailable", one.unavailable);
    append(text, "without_retry_after", one.without_retry_after);
    append(text, "other", one.other);
    append(text, "failed", one.failed);
    append(text, "timed_out", one.timed_out);
    append(text, "unsent", one.unsent);
    append(text, "p50_ms", percentile(one.accepted_ms, 0.5));
    append(text, "p99_ms", percentile(one.accepted_ms, 0.99));
    append(text, "max_ms", percentile(one.accepted_ms, 1));
    append(text, "refused_p50_ms", percentile(one.refused_ms, 0.5));
    append(text, "refused_p99_ms", percentile(one.refused_ms, 0.99));
    append(text, "late_p99_ms", percentile(one.late_ms, 0.99));
    return text + "}";
}

}  // namespace

tally::tally(const std::vector<phase>& phases) : phases_{phases} {
    std::uint64_t number = 0;
    std::size_t seconds = 0;
    for (const auto& one : phases_) {
        first_.push_back(number);
        number += static_cast<std::uint64_t>(one.rate * static_cast<double>(one.seconds));
        seconds += one.seconds;
    }
    first_.push_back(number);
    seconds_.resize(seconds);
}

bool tally::all_due(std::uint64_t number) const {
    return number >= first_.back();
}

steady::duration tally::due_after(std::uint64_t number) const {
    std::chrono::duration<double> before{0};
    std::size_t index = 0;
    while (number >= first_[index + 1]) {
        before += std::chrono::duration<double>{phases_[index].seconds};
        ++index;
    }
    const auto nth = static_cast<double>(number - first_[index]);
    before += std::chrono::duration<double>{nth / phases_[index].rate};
    return std::chrono::duration_cast<steady::duration>(before);
}

counts& tally::second_of(steady::duration since_start) {
    const auto index = std::chrono::floor<std::chrono::seconds>(since_start).count();
    return seconds_[std::min(static_cast<std::size_t>(index), seconds_.size() - 1)];
}

void tally::offered(steady::duration due, steady::duration late) {
    auto& second = second_of(due);
    ++second.offered;
    second.late_ms.push_back(milliseconds(late));
}

void tally::unsent(steady::duration due) {
    ++second_of(due).unsent;
}

void tally::answered(const ended_request& request) {
    auto& second = second_of(request.due);
    const bool refused =
        request.kind == answer_kind::limited || request.kind == answer_kind::unavailable;
    switch (request.kind) {
        case answer_kind::accepted:
            ++second.accepted;
            ++second_of(request.ended_at).answered;
            second.accepted_ms.push_back(milliseconds(request.took));
            break;
        case answer_kind::limited:
            ++second.limited;
            break;
        case answer_kind::unavailable:
            ++second.unavailable;
            break;
        case answer_kind::other:
            ++second.other;
            break;
        case answer_kind::failed:
            ++second.failed;
            break;
        case answer_kind::timed_out:
            ++second.timed_out;
            break;
    }
    if (!request.reason.empty()) {
        ++reasons_[request.reason];
    }
    if (refused) {
        second.refused_ms.push_back(milliseconds(request.took));
        second.without_retry_after += request.retry_after ? 0 : 1;
    }
}

std::string tally::json(double client_microseconds) const {
    counts all;
    std::string of_phases;
    std::string of_seconds;
    std::size_t index = 0;
    for (const auto& one : phases_) {
        counts sum;
        for (std::size_t i = 0; i < one.seconds; ++i, ++index) {
            add(sum, seconds_[index]);
            of_seconds += (of_seconds.empty() ? "" : ",") + object_of(seconds_[index], one.rate, 1);
        }
        of_phases += (of_phases.empty() ? "" : ",") + object_of(sum, one.rate, one.seconds);
        add(all, sum);
    }
    const auto requests = static_cast<double>(std::max<std::uint64_t>(all.offered - all.unsent, 1));
    std::string text = R"({"client_us":)" + std::to_string(client_microseconds / requests);
    text += R"(,"all":)" + object_of(all, 0, seconds_.size());
    std::string reasons;
    for (const auto& [reason, count] : reasons_) {
        reasons += (reasons.empty() ? R"(")" : R"(,")") + reason + R"(":)" + std::to_string(count);
    }
    text += R"(,"reasons":{)" + reasons + "}";
    return text + R"(,"phases":[)" + of_phases + R"(],"series":[)" + of_seconds + "]}\n";
}

}  // namespace vf::bench
