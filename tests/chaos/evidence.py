"""What PostgreSQL holds of one project, read for the auditor."""

import json

from auditor import Store
from doors.database import rows

THERE_IS = """
SELECT (SELECT count(*) FROM events WHERE project_id = :'project') AS events,
       (SELECT count(*) FROM events WHERE project_id = :'project' AND user_id IS NULL) AS waiting,
       (SELECT count(*) FROM users WHERE project_id = :'project') AS users,
       (SELECT count(*) FROM quarantine_items WHERE project_id = :'project') AS quarantined,
       (SELECT count(*) FROM drafts WHERE project_id = :'project') AS drafts,
       (SELECT count(*) FROM fires WHERE project_id = :'project') AS fires,
       (SELECT count(*) FROM mail_outcomes WHERE project_id = :'project') AS outcomes,
       (SELECT count(*) FROM webhook_events WHERE project_id = :'project') AS webhooks,
       (SELECT count(*) FROM dead_letters WHERE project_id = :'project') AS dead,
       d.* FROM (SELECT count(*) AS deliveries, sum(attempts) AS attempts FROM deliveries
                 WHERE project_id = :'project') d
"""
ON_ITS_WAY = """
SELECT (SELECT count(*) FROM deliveries
        WHERE project_id = :'project' AND state = 'pending') AS deliveries,
       (SELECT count(*) FROM deliveries
        WHERE project_id = :'project' AND state = 'dead' AND announced_at IS NULL) AS dead,
       (SELECT count(*) FROM fires
        WHERE project_id = :'project' AND announced_at IS NULL) AS fires,
       (SELECT count(*) FROM user_due
        WHERE project_id = :'project' AND next_eval_at <= now()) AS users
"""


def read_progress(database_url, project):
    """What there is, and what is still to come, by numbers alone."""
    there_is = rows(database_url, THERE_IS, project=project)[0]
    names = ("deliveries", "dead", "fires", "users")
    on_its_way = dict(zip(names, rows(database_url, ON_ITS_WAY, project=project)[0]))
    return there_is, {name: count for name, count in on_its_way.items() if count}


def read_store(database_url, project):
    def ask(statement):
        return rows(database_url, statement, project=project)

    store = Store()
    store.events = [
        (json.loads(properties)["mark"], user, received_at)
        for properties, user, received_at in ask(
            "SELECT properties, external_user_id, "
            "to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') "
            "FROM events WHERE project_id = :'project'")]
    store.quarantined = [
        json.loads(body)["properties"]["mark"] for (body,) in ask(
            "SELECT convert_from(body, 'UTF8') AS body FROM quarantine_items "
            "WHERE project_id = :'project' AND stage = 'normalise'")]
    store.users = [user for (user,) in ask(
        "SELECT external_user_id FROM users WHERE project_id = :'project'")]
    store.unattached = ask(
        "SELECT count(*) FROM events e JOIN users u USING (project_id, external_user_id) "
        "WHERE e.project_id = :'project' AND e.user_id IS NULL")[0][0]
    store.drafts = [tuple(row) for row in ask(
        "SELECT external_user_id, id FROM drafts WHERE project_id = :'project'")]
    store.fired = [tuple(row) for row in ask(
        "SELECT convert_from(body, 'UTF8')::json -> 'data' ->> 'draftId' AS draft, event_id "
        "FROM webhook_events WHERE project_id = :'project' AND type = 'trigger.fired'")]
    store.outcomes = [tuple(row) for row in ask(
        "SELECT message_id, event_id FROM mail_outcomes WHERE project_id = :'project'")]
    store.dead = [tuple(row) for row in ask(
        "SELECT event_id, endpoint_id FROM dead_letters WHERE project_id = :'project'")]
    return store
