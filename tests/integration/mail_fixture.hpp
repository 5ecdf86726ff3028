// Users with drafts on a migrated schema, and notices of every source settled by the real store.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "normaliser/mail/read_mail.hpp"
#include "normaliser_fixture.hpp"

namespace vf::normaliser_tests {

struct mail_fixture : normaliser_fixture {
    // u1 and u2 have an address and a draft each; x is of another project.
    mail_fixture() {
        auto first = user_of(1, "u1");
        first.email = "First@Example.com";
        auto second = user_of(2, "u2");
        second.email = "second@example.com";
        auto elsewhere = user_of(3, "x");
        elsewhere.who.project = domain::project_id{"prj_2"};
        elsewhere.email = "first@example.com";
        write({first, second, elsewhere}, {});
        add_draft("drf_1", "u1", "m-1");
        add_draft("drf_2", "u2", "");
        add_draft("drf_x", "x", "m-x");
        // Nobody is due before something happens.
        run("UPDATE user_due SET next_eval_at = 'infinity'");
    }

    void add_draft(
        const std::string& id, const std::string& user, const std::string& message,
        const std::string& status = "pending_review"
    ) {
        run("INSERT INTO drafts (id, project_id, rule_id, preset, user_id, external_user_id,"
            " status, message_id, created_at)"
            " SELECT '" +
            id + "', project_id, 'rul_' || '" + id + "', 'welcome', user_id, external_user_id, '" +
            status + "', nullif('" + message + "', ''), " + minute_literal(-10) +
            " FROM users WHERE external_user_id = '" + user + "'");
    }

    static const mail::link_keys& keys() {
        static const auto parsed =
            mail::link_keys::parse("1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        return *parsed;
    }

    // Somebody has the address from then on.
    void identify(int number, const std::string& user, const std::string& email) {
        auto change = user_of(number, user, {}, number);
        change.email = email;
        write({change}, {});
    }

    [[nodiscard]] static normaliser::mail_notice notice(
        const std::string& body, int minute = 1,
        wire::mail_source source = wire::mail_source::postmark
    ) {
        auto reading = normaliser::read_mail({project, source, body, at_minute(minute)}, keys());
        REQUIRE(std::holds_alternative<normaliser::mail_notice>(reading));
        return std::get<normaliser::mail_notice>(std::move(reading));
    }

    std::vector<normaliser::settled_mail> settle(std::vector<normaliser::mail_notice> notices) {
        auto settled =
            support::run_task(events(), store().settle_mail(std::move(notices), {}, at_minute(60)));
        INFO((settled ? "" : settled.error().code + " " + settled.error().detail));
        REQUIRE(settled.has_value());
        return std::move(*settled);
    }

    // The one notice's webhooks, "type user body" of the first, or the reason code.
    std::string settle_one(const normaliser::mail_notice& one) {
        const auto settled = settle({one});
        REQUIRE(settled.size() == 1);
        if (settled[0].refused) {
            return std::string{*settled[0].refused};
        }
        std::string text;
        for (const auto& stored : settled[0].announced) {
            text += (text.empty() ? "" : " ") + stored.type + " " + stored.user.text;
        }
        return text;
    }

    std::string postmark(const std::string& body, int minute = 1) {
        return settle_one(notice(body, minute));
    }

    std::string console(const std::string& action, const std::string& user, int minute) {
        return settle_one(notice(
            R"({"action":")" + action + R"(","external_user_id":")" + user +
                R"(","actor":"opr_1","reason":"why","request_id":"req_)" + std::to_string(minute) +
                R"("})",
            minute, wire::mail_source::console
        ));
    }

    std::string one_click(const std::string& user, int minute) {
        const auto id =
            query_text("SELECT user_id::text FROM users WHERE external_user_id = '" + user + "'");
        return settle_one(notice(
            R"({"action":"unsubscribe","user_id":")" + id + R"("})", minute,
            wire::mail_source::one_click
        ));
    }

    // "status subscribed due".
    std::string status(const std::string& user) {
        return query_text(
            "SELECT status || CASE WHEN subscribed THEN '' ELSE ' out' END ||"
            " CASE WHEN next_eval_at = '-infinity' THEN ' due' ELSE '' END"
            " FROM users JOIN user_due USING (user_id) WHERE external_user_id = '" +
            user + "'"
        );
    }

    std::string count(const std::string& table) {
        return query_text("SELECT count(*)::text FROM " + table);
    }
};

// Of one message and time; `more` are further members.
inline std::string provider_body(
    const std::string& kind, const std::string& message, const std::string& address = "",
    const std::string& more = ""
) {
    return R"({"RecordType":")" + kind + R"(","MessageID":")" + message + R"(","Recipient":")" +
           address + R"(","Email":")" + address + "\"" + (more.empty() ? "" : ",") + more + "}";
}

}  // namespace vf::normaliser_tests
