#include "vfctl/commands.hpp"

namespace vf::vfctl {

namespace {

using enum place;

constexpr argument project{
    .option = "--project",
    .name = "project",
    .where = path,
    .help = "id of the project",
    .environment = "VF_PROJECT_ID",
};
constexpr argument project_filter{"--project", "project", query, "of this project only", false};
constexpr argument id{"id", "id", path, "its id"};
constexpr argument reason{"--reason", "reason", body, "why, for the audit"};
constexpr argument maybe_reason{"--reason", "reason", body, "why, for the audit", false};
constexpr argument user{"user", "user", path, "the customer's id of the user"};
constexpr argument query_reason{"--reason", "reason", query, "why, for the audit", false};

std::vector<command> projects_and_keys() {
    return {
        {"project create",
         "makes a project with its preset rules, paused",
         "POST",
         "/v1/projects",
         {{"--name", "name", body, "its name"}, maybe_reason}},
        {"project list", "all projects", "GET", "/v1/projects", {}, true},
        {"project retention",
         "how many days events are kept",
         "PATCH",
         "/v1/projects/{project}",
         {project, {"days", "retention_days", body_limit, "days, or unlimited"}, maybe_reason}},
        {"retention plan",
         "what keeping so many days would remove; removes nothing",
         "GET",
         "/v1/projects/{project}/retention",
         {project, {"--days", "days", query, "other than the project's own", false}}},
        {"project show", "a project and its limits", "GET", "/v1/projects/{project}", {project}},
        {"key create",
         "makes an API key; its secret is shown once",
         "POST",
         "/v1/projects/{project}/keys",
         {project, {"--name", "name", body, "its name"}, maybe_reason}},
        {"key list", "API keys of a project", "GET", "/v1/projects/{project}/keys", {project}, true
        },
        {"key rotate",
         "makes a second key to take the place of one, which lives on until it is revoked",
         "POST",
         "/v1/projects/{project}/keys/{id}/rotate",
         {project,
          id,
          {"--name", "name", body, "its name, else that of the other", false},
          maybe_reason}},
        {"key revoke",
         "revokes an API key",
         "DELETE",
         "/v1/projects/{project}/keys/{id}",
         {project, id, query_reason}},
    };
}

std::vector<command> endpoints_and_rules() {
    return {
        {"endpoint create",
         "makes an endpoint; its secret is shown once",
         "POST",
         "/v1/projects/{project}/endpoints",
         {project,
          {"--url", "url", body, "where webhooks are sent"},
          {"--event-types", "event_types", body_list, "what it is told, e.g. email.opened"},
          {"--signature", "signature", body, "timestamped or body", false},
          maybe_reason}},
        {"endpoint list",
         "endpoints of a project",
         "GET",
         "/v1/projects/{project}/endpoints",
         {project},
         true},
        {"endpoint show",
         "one endpoint",
         "GET",
         "/v1/projects/{project}/endpoints/{id}",
         {project, id}},
        {"endpoint delete",
         "deletes an endpoint",
         "DELETE",
         "/v1/projects/{project}/endpoints/{id}",
         {project, id, query_reason}},
        {"postmark set",
         "what Postmark must present to tell us of mail",
         "PUT",
         "/v1/projects/{project}/postmark",
         {project,
          {"--username", "username", body, "of basic authentication"},
          {"--password-file", "password", body, "file that holds the password", true, true},
          maybe_reason}},
        {"rule list",
         "trigger rules of a project",
         "GET",
         "/v1/projects/{project}/rules",
         {project},
         true},
        {"rule activate",
         "lets a rule fire from now on",
         "POST",
         "/v1/projects/{project}/rules/{id}/activate",
         {project,
          id,
          {.option = "--scope",
           .name = "scope",
           .where = body,
           .help = "future",
           .required = false,
           .fallback = "future"},
          maybe_reason}},
        {"rule pause",
         "keeps a rule from firing",
         "POST",
         "/v1/projects/{project}/rules/{id}/pause",
         {project, id, maybe_reason}},
    };
}

std::vector<command> activity() {
    return {
        {"user list", "users of a project", "GET", "/v1/projects/{project}/users", {project}, true},
        {"user show", "one user", "GET", "/v1/projects/{project}/users/{user}", {project, user}},
        {"user export",
         "all that is kept of a user, its events a page at a time",
         "GET",
         "/v1/projects/{project}/users/{user}/export",
         {project,
          user,
          {"--limit", "limit", query, "events on a page", false},
          {"--cursor", "cursor", query, "where the last page ended", false}}},
        {"user erase",
         "forgets a user: everything every service holds of the user until now",
         "POST",
         "/v1/projects/{project}/users/{user}/erase",
         {project, user, reason}},
        {"erasure show",
         "how far the erasure of a user has come",
         "GET",
         "/v1/projects/{project}/erasures/{id}",
         {project, id}},
        {"event list",
         "events of a project",
         "GET",
         "/v1/projects/{project}/events",
         {project,
          {"--user", "external_user_id", query, "of this user", false},
          {"--name", "name", query, "of this name", false}},
         true},
        {"draft list",
         "drafts of a project",
         "GET",
         "/v1/projects/{project}/drafts",
         {project,
          {"--user", "external_user_id", query, "for this user", false},
          {"--status", "status", query, "in this state", false}},
         true},
        {"delivery list",
         "webhook deliveries of a project",
         "GET",
         "/v1/projects/{project}/deliveries",
         {project,
          {"--event", "event_id", query, "of this event", false},
          {"--endpoint", "endpoint", query, "to this endpoint", false},
          {"--state", "state", query, "pending, delivered or dead", false}},
         true},
        {"delivery show", "one delivery with its attempts", "GET", "/v1/deliveries/{id}", {id}},
        {"delivery resend",
         "sends a delivery again",
         "POST",
         "/v1/deliveries/{id}/resend",
         {id, reason}},
    };
}

std::vector<command> set_aside_and_pipeline() {
    return {
        {"quarantine groups",
         "what could not be processed, by cause",
         "GET",
         "/v1/quarantine/groups",
         {project_filter,
          {"--code", "code", query, "set aside for this reason", false},
          {"--stage", "stage", query, "set aside by this stage", false}},
         true},
        {"quarantine list",
         "what could not be processed",
         "GET",
         "/v1/quarantine/items",
         {project_filter,
          {"--code", "code", query, "set aside for this reason", false},
          {"--cause", "fingerprint", query, "of this group", false},
          {"--state", "state", query, "open (the default), replayed or attached", false}},
         true},
        {"quarantine show",
         "all there is to know of an item",
         "GET",
         "/v1/quarantine/items/{id}",
         {id}},
        {"quarantine replay",
         "sends an item through again, corrected or as it was",
         "POST",
         "/v1/quarantine/items/{id}/replay",
         {id,
          reason,
          {"--body-file", "body", body, "file that holds the corrected record", false, true},
          {"--project", "project", body, "where the item does not tell its project", false}}},
        {"dead-letter list",
         "deliveries that were given up",
         "GET",
         "/v1/dead-letters/items",
         {project_filter,
          {"--endpoint", "endpoint", query, "to this endpoint", false},
          {"--state", "state", query, "open (the default), resent or delivered", false}},
         true},
        {"dead-letter replay",
         "sends the delivery of a dead letter again",
         "POST",
         "/v1/dead-letters/items/{id}/replay",
         {id, reason}},
        {"pipeline", "what waits at each stage, and for how long", "GET", "/v1/pipeline"},
        {"lifeline", "what became of an event or a draft", "GET", "/v1/lifeline/{id}", {id}},
        {"audit",
         "who did what, and why",
         "GET",
         "/v1/audit",
         {{"--target", "target", query, "to this resource", false}},
         true},
    };
}

}  // namespace

const std::vector<command>& all_commands() {
    static const std::vector<command> table = [] {
        auto commands = projects_and_keys();
        for (const auto& group : {endpoints_and_rules(), activity(), set_aside_and_pipeline()}) {
            commands.insert(commands.end(), group.begin(), group.end());
        }
        return commands;
    }();
    return table;
}

}  // namespace vf::vfctl
