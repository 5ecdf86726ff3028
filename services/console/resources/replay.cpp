#include "console/resources/replay.hpp"

#include <utility>

#include "console/api/body_reader.hpp"
#include "vf/base/text.hpp"
#include "vf/crypto/digest.hpp"
#include "vf/domain/ids.hpp"
#include "vf/domain/reasons.hpp"
#include "vf/json/parse.hpp"
#include "vf/wire/customer_json.hpp"
#include "vf/wire/derived_ids.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

namespace vf::console {

namespace {

api_result<std::string> project_of(const quarantine_row& item, const replay_request& request) {
    const bool present = item.project && item.code != domain::reason::unknown_project;
    if (present && request.project && *request.project != *item.project) {
        return invalid("project", "the item belongs to another project");
    }
    if (request.project) {
        return *request.project;
    }
    if (!item.project) {
        return invalid("project", "required: the item does not tell its project");
    }
    return *item.project;
}

// The record as it came, for another topic.
wire::record copy_to(std::string_view topic, const wire::record& original) {
    wire::record record;
    record.topic = topic;
    record.key = original.key;
    record.value = original.value;
    record.headers = original.headers;
    return record;
}

struct checked_body {
    json::document object;  // points into the text it was parsed from
    domain::external_user_id user;
    wire::ingest_kind kind{wire::ingest_kind::event};
    std::string name;                  // of an event
    std::optional<instant> timestamp;  // of an event that has one
};

std::unexpected<refusal> at_fault(const wire::fault& why) {
    return invalid(why.field.empty() ? "body" : "body." + why.field, why.message);
}

api_result<json::document> parse_object(const std::string& text) {
    auto parsed = json::parse_located(text, wire::record_limits);
    if (!parsed) {
        return at_fault(wire::fault_of(parsed.error()));
    }
    if (!parsed->root().is(json::kind::object)) {
        return invalid("body", "must be a JSON object");
    }
    return std::move(*parsed);
}

// By the time it was received, as the normaliser will: what is taken here is not refused there.
api_result<checked_body> check_body(
    const std::string& text, std::optional<wire::ingest_kind> kind, instant received_at
) {
    auto object = parse_object(text);
    if (!object) {
        return forward(object);
    }
    checked_body checked;
    checked.kind = kind.value_or(
        object->root().find("name") != nullptr ? wire::ingest_kind::event : wire::ingest_kind::user
    );
    if (checked.kind == wire::ingest_kind::user) {
        auto user = wire::parse_identify(object->root(), received_at);
        if (!user) {
            return at_fault(user.error());
        }
        checked.user = std::move(user->user);
    } else {
        auto event = wire::parse_track(object->root(), received_at, wire::strictness::whole);
        if (!event) {
            return at_fault(event.error());
        }
        checked.user = std::move(event->user);
        checked.name = std::move(event->name);
        checked.timestamp = event->timestamp;
    }
    checked.object = std::move(*object);
    return checked;
}

// The user that the key of the original names: "project:user".
domain::external_user_id user_of_key(const wire::record& original, const std::string& project) {
    const std::string key = original.key.value_or("");
    const std::string prefix = project + ":";
    return domain::external_user_id{key.starts_with(prefix) ? key.substr(prefix.size()) : key};
}

domain::record_id record_of_item(const std::string& item) {
    return domain::record_id_from_digest(crypto::sha256("replay of " + item));
}

std::optional<std::string> event_of(const wire::ingest_record& message) {
    if (message.kind != wire::ingest_kind::event) {
        return std::nullopt;
    }
    return domain::event_id_of(message.id).text;
}

// A person has decided, so the Idempotency-Key no longer counts. The ids of a record that was
// refused for its key may be those of the request that holds it; a natural one is the event's own.
void release_key(wire::ingest_record& message, const quarantine_row& item) {
    message.unverified.reset();
    if (item.code == domain::reason::idempotency_conflict && !message.natural) {
        message.id = record_of_item(item.id);
    }
}

// A natural event is known by what it says, so what says something else is another event.
void assign_id(wire::ingest_record& message, const checked_body& checked, const std::string& item) {
    if (!message.natural) {
        return;
    }
    message.natural = checked.timestamp.has_value();
    message.id = message.natural
                     ? wire::derive_natural_id(
                           message.project, checked.user, checked.name, *checked.timestamp
                       )
                     : record_of_item(item);
}

replay_plan to_backfill(const wire::ingest_record& message, const domain::external_user_id& user) {
    auto record = wire::encode(message, user, wire::topic::ingest_backfill);
    return {std::move(record), message.project.text, event_of(message)};
}

// The original once more, in `project`.
replay_plan plan_original(
    const quarantine_row& item, wire::ingest_record message, std::string project
) {
    const bool moved = message.project.text != project;
    if (!moved && !message.unverified && item.code != domain::reason::idempotency_conflict) {
        auto record = copy_to(wire::topic::ingest_backfill, item.original);
        return {std::move(record), std::move(project), event_of(message)};
    }
    const auto user = user_of_key(item.original, message.project.text);
    release_key(message, item);
    if (moved) {
        message.project = domain::project_id{std::move(project)};
        // What cannot be understood is set aside again, under whatever id.
        if (const auto checked = check_body(message.body, message.kind, message.received_at)) {
            assign_id(message, *checked, item.id);
        }
    }
    return to_backfill(message, user);
}

api_result<replay_plan> plan_ingest(
    const quarantine_row& item, const replay_request& request, std::string project
) {
    auto original = wire::decode_ingest(item.original);
    if (!request.body) {
        if (!original) {
            return invalid("body", "required: the original record cannot be read");
        }
        return plan_original(item, std::move(*original), std::move(project));
    }
    std::optional<wire::ingest_kind> kind;
    wire::ingest_record message;
    if (original) {
        message = std::move(*original);
        kind = message.kind;
        release_key(message, item);
    } else {
        message.id = record_of_item(item.id);
        message.received_at = item.received_at;
    }
    auto checked = check_body(*request.body, kind, message.received_at);
    if (!checked) {
        return forward(checked);
    }
    message.project = domain::project_id{std::move(project)};
    message.kind = checked->kind;
    message.body = std::string{checked->object.root().source};
    assign_id(message, *checked, item.id);
    return to_backfill(message, checked->user);
}

api_result<replay_plan> plan_mail(
    const quarantine_row& item, const replay_request& request, std::string project
) {
    auto original = wire::decode_mail(item.original);
    if (!original && !request.body) {
        return invalid("body", "required: the original record cannot be read");
    }
    if (!request.body && original->project.text == project) {
        const bool large = item.original.topic == wire::topic::mail_large;
        auto record = copy_to(large ? wire::topic::mail_large : wire::topic::mail, item.original);
        return replay_plan{std::move(record), std::move(project), std::nullopt};
    }
    wire::mail_event message;
    message.received_at = item.received_at;
    if (original) {
        message = std::move(*original);
    }
    if (request.body) {
        auto object = parse_object(*request.body);
        if (!object) {
            return forward(object);
        }
        message.body = std::string{object->root().source};
    }
    message.project = domain::project_id{project};
    auto new_record = wire::encode(message, item.id);
    // Everything of one message stays in order, as long as the project does.
    if (item.original.key && item.original.key->starts_with(project + ":")) {
        new_record.key = item.original.key;
    }
    return replay_plan{std::move(new_record), std::move(project), std::nullopt};
}

api_result<replay_plan> plan_by_stage(const quarantine_row& item, const replay_request& request) {
    if (item.stage != wire::consumers::ingest.stage && item.stage != wire::consumers::mail.stage) {
        return invalid("", "items of this stage have nowhere to go back to");
    }
    auto project = project_of(item, request);
    if (!project) {
        return forward(project);
    }
    if (item.stage == wire::consumers::mail.stage) {
        return plan_mail(item, request, std::move(*project));
    }
    return plan_ingest(item, request, std::move(*project));
}

}  // namespace

api_result<replay_request> parse_replay(std::string text) {
    auto parsed = body_reader::parse(std::move(text));
    if (!parsed) {
        return forward(parsed);
    }
    replay_request request;
    request.reason = parsed->text("reason", 1000);
    request.project = parsed->optional_text("project");
    const json::value* const member = parsed->any("body");
    if (member != nullptr && member->is(json::kind::string)) {
        request.body = member->text;
    } else if (member != nullptr && member->is(json::kind::object)) {
        request.body = std::string{member->source};
    } else if (member != nullptr && !member->is(json::kind::null)) {
        parsed->fault("body", "must be a JSON object, or its text");
    }
    if (auto valid = parsed->finish(); !valid) {
        return forward(valid);
    }
    return request;
}

api_result<replay_plan> plan_replay(const quarantine_row& item, const replay_request& request) {
    auto plan = plan_by_stage(item, request);
    if (plan) {
        auto& headers = plan->record.headers;
        std::erase_if(headers, [](const auto& each) { return each.name == wire::replay_header; });
        headers.push_back({std::string{wire::replay_header}, item.id});
    }
    return plan;
}

}  // namespace vf::console
