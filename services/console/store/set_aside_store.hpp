// What was set aside: quarantine items and dead letters. Kept here for good: a replay marks a row,
// it never removes it. Pool thread, inside a transaction.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/store/paging.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"
#include "vf/wire/record.hpp"

namespace vf::console {

struct quarantine_row {
    std::string id;
    std::optional<std::string> project;
    std::optional<std::string> event;  // evt_… of the record, where it could be read
    std::string fingerprint;
    std::string stage;
    std::string code;
    std::string field;
    std::string detail;
    wire::record original;
    std::string body;
    instant received_at{};
    instant set_aside_at{};
    std::optional<instant> replayed_at;
    std::int64_t replays{0};
    // Of an event that had waited in vain: when its user came after all.
    std::optional<instant> attached_at;

    [[nodiscard]] std::string_view state() const;

    [[nodiscard]] position place() const { return {set_aside_at, id}; }
};

// Of an item: open until it was replayed, or its user came after all, whichever is later.
inline constexpr std::array<std::string_view, 3> quarantine_states{"open", "replayed", "attached"};

// Does nothing when the item is there already, as below.
void insert_quarantined(postgres::transaction& tx, const quarantine_row& row);

struct quarantine_filter {
    std::optional<std::string> project;
    std::optional<std::string> code;
    std::optional<std::string> fingerprint;
    std::string state{"open"};  // one of quarantine_states
};

// Items of one cause.
struct quarantine_group {
    std::string fingerprint;
    std::string stage;
    std::string code;
    std::string field;   // of the newest
    std::string detail;  // of the newest
    std::int64_t count{0};
    std::int64_t open{0};  // neither replayed nor attached
    std::int64_t projects{0};
    instant first_at{};
    instant last_at{};
    std::vector<std::string> samples;  // up to five items, spread over the time

    [[nodiscard]] position place() const { return {last_at, fingerprint}; }
};

struct group_filter {
    std::optional<std::string> project;
    std::optional<std::string> code;
    std::optional<std::string> stage;
};

// The cause seen last comes first.
[[nodiscard]] page<quarantine_group> group_quarantined(
    postgres::transaction& tx, const group_filter& filter, const page_request& paging
);

[[nodiscard]] page<quarantine_row> list_quarantined(
    postgres::transaction& tx, const quarantine_filter& filter, const page_request& paging
);
[[nodiscard]] std::optional<quarantine_row> find_quarantined(
    postgres::transaction& tx, const std::string& id
);
[[nodiscard]] std::vector<quarantine_row> quarantined_of_event(
    postgres::transaction& tx, const std::string& event
);
void mark_replayed(postgres::transaction& tx, const std::string& id, instant now);

struct dead_letter_row {
    std::string id;
    std::string project;
    std::string delivery;
    std::string event;
    std::string endpoint;
    std::string cause;
    std::string detail;
    std::int64_t attempts{0};
    instant died_at{};
    std::optional<instant> resent_at;
    bool delivered{false};  // since it was sent again

    [[nodiscard]] std::string_view state() const;

    [[nodiscard]] position place() const { return {died_at, id}; }
};

// Of a dead letter: open until its delivery was sent again, resent until that was delivered. One
// that dies again is a letter of its own.
inline constexpr std::array<std::string_view, 3> dead_letter_states{"open", "resent", "delivered"};

void insert_dead_letter(postgres::transaction& tx, const dead_letter_row& row);

struct dead_letter_filter {
    std::optional<std::string> project;
    std::optional<std::string> endpoint;
    std::string state{"open"};  // one of dead_letter_states
};

[[nodiscard]] page<dead_letter_row> list_dead_letters(
    postgres::transaction& tx, const dead_letter_filter& filter, const page_request& paging
);
[[nodiscard]] std::optional<dead_letter_row> find_dead_letter(
    postgres::transaction& tx, const std::string& id
);
// All dead letters of the delivery: what was resent is the delivery.
void mark_resent(postgres::transaction& tx, const std::string& delivery, instant now);

}  // namespace vf::console
