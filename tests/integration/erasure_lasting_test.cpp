// What names an erased person and arrives later is not kept, and what is left goes with a second
// erasure.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "console/intake/consume_dead_letter.hpp"
#include "console/intake/consume_quarantine.hpp"
#include "console/store/erasure_store.hpp"
#include "master_key.hpp"
#include "normaliser/upkeep/erasures.hpp"
#include "normaliser_fixture.hpp"
#include "trigger-evaluator/erasures.hpp"
#include "vf/crypto/sealed_secret.hpp"
#include "vf/support/stage_runner.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/set_aside.hpp"
#include "vf/wire/topics.hpp"
#include "webhook-dispatcher/erasures.hpp"

namespace {

using namespace vf;
using namespace vf::normaliser_tests;

constexpr vf::duration minute = std::chrono::minutes{1};

template <class Slice>
void run_all(normaliser_fixture& fixture, Slice slice) {
    for (;;) {
        const auto done = support::run_task(fixture.events(), fixture.database().transact(slice));
        REQUIRE(done.has_value());
        if (!*done) {
            return;
        }
    }
}

void erase(normaliser_fixture& fixture, const std::string& id, const std::string& user) {
    console::erasure_row row;
    row.id = id;
    row.project = project.text;
    row.external_user_id = user;
    row.reason = "asked by mail";
    row.requested_at = noon + minute;
    auto begin = [&](postgres::transaction& tx) {
        console::begin_erasure(tx, row, support::master_key);
    };
    REQUIRE(support::run_task(fixture.events(), fixture.database().transact(begin)).has_value());
    run_all(fixture, [](postgres::transaction& tx) { return normaliser::erase_next(tx); });
    run_all(fixture, [](postgres::transaction& tx) { return trigger_evaluator::erase_next(tx); });
    run_all(fixture, [](postgres::transaction& tx) { return webhook_dispatcher::erase_next(tx); });
    run_all(fixture, [](postgres::transaction& tx) {
        return console::erase_next(tx, support::master_key);
    });
    CHECK(
        fixture.query_text(
            "SELECT count(*)::text FROM erasure_steps WHERE erasure_id = '" + id + "'"
        ) == "4"
    );
}

// What vf.quarantine carries of a notice that matched nobody.
wire::record unmatched(int number, const std::string& address, instant received) {
    wire::mail_event mail;
    mail.project = project;
    mail.body = R"({"RecordType":"Open","Recipient":")" + address + R"("})";
    mail.received_at = received;
    auto original = wire::encode(mail, "m");
    original.partition = 0;
    original.offset = number;
    return wire::encode(wire::set_aside(original, {"mail", "unmatched_mail", {}, {}}, received));
}

class intake_fixture {
public:
    intake_fixture() {
        normaliser_.run("INSERT INTO projects (id, name, created_at) VALUES ('prj_1', 'p', now())");
        auto ada = user_of(1, "ada");
        ada.email = "Ada@Example.com";
        normaliser_.write({ada, user_of(2, "bob")}, {});
    }

    void take(const wire::record& record) {
        CHECK(quarantine_.process({record}).empty());
        CHECK(quarantine_.committed());
    }

    void take_letter(const wire::record& record) {
        CHECK(letters_.process({record}).empty());
        CHECK(letters_.committed());
    }

    std::string count(const std::string& table) {
        return normaliser_.query_text("SELECT count(*)::text FROM " + table);
    }

    [[nodiscard]] normaliser_fixture& base() { return normaliser_; }

    [[nodiscard]] std::string metrics() const { return registry_.expose(); }

private:
    normaliser_fixture normaliser_;
    manual_clock now_{noon};
    telemetry::registry registry_;
    console::console_metrics metrics_{registry_};
    console::consume_quarantine quarantine_stage_{
        normaliser_.database(), support::master_key, metrics_
    };
    console::consume_dead_letter letters_stage_{normaliser_.database(), metrics_};
    support::stage_runner<wire::quarantined> quarantine_{
        normaliser_.events(), now_, wire::consumers::quarantine, wire::decode_quarantined,
        quarantine_stage_
    };
    support::stage_runner<wire::dead_letter> letters_{
        normaliser_.events(), now_, wire::consumers::dead_letter, wire::decode_dead_letter,
        letters_stage_
    };
};

}  // namespace

TEST_CASE("lasting erasure: an open of an old mail that comes afterwards is not kept") {
    intake_fixture fixture;
    fixture.take(unmatched(1, "ADA@example.com", noon));
    fixture.take(unmatched(2, "someone@example.com", noon));
    CHECK(fixture.count("quarantine_items") == "2");
    erase(fixture.base(), "era_1", "ada");
    CHECK(fixture.count("quarantine_items") == "1");
    fixture.take(unmatched(3, "ada@example.com", noon + 5 * minute));
    fixture.take(unmatched(4, "other@example.com", noon + 5 * minute));
    CHECK(fixture.count("quarantine_items") == "2");
    CHECK(fixture.metrics().contains(R"(vf_console_erased_total{topic="quarantine"} 1)"));
    // Nothing in the database says which address it was.
    CHECK(fixture.count("erased_addresses") == "1");
    CHECK(
        fixture.count("erased_addresses WHERE address = sha256('ada@example.com')"
                      " OR position(convert_to('ada', 'UTF8') IN address) > 0") == "0"
    );
}

TEST_CASE("lasting erasure: whoever has the address by now is not the one who was erased") {
    intake_fixture fixture;
    erase(fixture.base(), "era_1", "ada");
    auto later = user_of(9, "ada");
    later.email = "ada@example.com";
    later.received_at = noon + 2 * minute;
    CHECK(fixture.base().write({later}, {}).users == 1);
    fixture.take(unmatched(3, "ada@example.com", noon + 5 * minute));
    CHECK(fixture.count("quarantine_items") == "1");
}

TEST_CASE("lasting erasure: a second one reaches what the first has not seen") {
    intake_fixture fixture;
    erase(fixture.base(), "era_1", "ada");
    // As kept by a process that did not know of the erasure yet: by address and by key.
    fixture.base().run(
        "INSERT INTO quarantine_items (id, project_id, stage, code, field, detail, topic,"
        " partition, \"offset\", key, value, headers, body, received_at, set_aside_at, fingerprint)"
        " SELECT 'qtn_' || n, 'prj_1', 'mail', 'x', '', '', 'vf.mail', 0, n, 'm'::bytea, ''::bytea,"
        "        '[]'::jsonb, '{\"Recipient\":\"ada@example.com\"}'::bytea, now(), now(), 'v1:x'"
        " FROM generate_series(1, 400) AS n"
        " UNION ALL SELECT 'qtn_k', 'prj_1', 'normalise', 'x', '', '', 'vf.ingest', 0, 0,"
        "        'prj_1:ada', '', '[]', '{}', " +
        minute_literal(0) + ", now(), 'v1:x'"
    );
    // Nobody's: there are many of those, and none is looked at.
    fixture.base().run(
        "INSERT INTO quarantine_items (id, project_id, stage, code, field, detail, topic,"
        " partition, \"offset\", key, value, headers, body, received_at, set_aside_at, fingerprint)"
        " SELECT 'qtn_o' || n, 'prj_1', 'normalise', 'x', '', '', 'vf.ingest', 0, n, 'prj_1:bob', "
        "'',"
        "        '[]', '{}', now(), now(), 'v1:x' FROM generate_series(1, 3000) AS n"
    );
    erase(fixture.base(), "era_2", "ada");
    CHECK(fixture.count("quarantine_items") == "3000");
    // One that removes, one that finds nothing more, and one for what was done with drafts.
    CHECK(
        fixture.base().query_text("SELECT slices::text FROM erasure_progress"
                                  " WHERE erasure_id = 'era_2' AND service = 'console'") == "3"
    );
}

TEST_CASE("lasting erasure: a dead letter whose delivery has gone is not kept") {
    intake_fixture fixture;
    const auto letter = [](const std::string& id, const std::string& event) {
        wire::dead_letter out;
        out.id = id;
        out.project = project;
        out.delivery = domain::delivery_id{"dlv_" + event};
        out.event = domain::event_id{event};
        out.endpoint = domain::endpoint_id{"ep_1"};
        out.cause = "attempts_exhausted";
        out.died_at = noon;
        return wire::encode(out);
    };
    fixture.base().run(
        "INSERT INTO webhook_events (event_id, project_id, type, body, created_at, person)"
        " SELECT 'evt_' || u, 'prj_1', 'email.opened', '{}', " +
        minute_literal(0) +
        ", sha256(convert_to('prj_1:' || u, 'UTF8')) FROM unnest(ARRAY['ada', 'bob']) AS u"
    );
    fixture.take_letter(letter("dlq_1", "evt_ada"));
    fixture.take_letter(letter("dlq_2", "evt_bob"));
    CHECK(fixture.count("dead_letters") == "2");
    erase(fixture.base(), "era_1", "ada");
    CHECK(fixture.base().query_text("SELECT id FROM dead_letters") == "dlq_2");
    fixture.take_letter(letter("dlq_3", "evt_ada"));
    fixture.take_letter(letter("dlq_4", "evt_bob"));
    CHECK(
        fixture.base().query_text("SELECT string_agg(id, ',' ORDER BY id) FROM dead_letters") ==
        "dlq_2,dlq_4"
    );
    CHECK(fixture.metrics().contains(R"(vf_console_erased_total{topic="dead-letter"} 1)"));
}
