"""What PostgreSQL holds of one project, read for the auditor."""

import json

from auditor import Store
from doors.database import rows


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
    store.drafts = [user for (user,) in ask(
        "SELECT external_user_id FROM drafts WHERE project_id = :'project'")]
    store.outcomes = [tuple(row) for row in ask(
        "SELECT message_id, event_id FROM mail_outcomes WHERE project_id = :'project'")]
    store.dead = [tuple(row) for row in ask(
        "SELECT event_id, endpoint_id FROM dead_letters WHERE project_id = :'project'")]
    return store
