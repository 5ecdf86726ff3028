"""What PostgreSQL holds of one project, read by psql for the auditor."""

import json
import subprocess

from auditor import Store


def rows(database_url, statement, project):
    """The rows of a statement, each a list, through JSON: no value needs quoting."""
    wrapped = f"SELECT coalesce(json_agg(row_to_json(r)), '[]') FROM ({statement}) r"
    done = subprocess.run(
        ["psql", database_url, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
         "-v", f"project={project}"],
        input=wrapped, capture_output=True, text=True, check=True)
    return [list(row.values()) for row in json.loads(done.stdout)]


def read_store(database_url, project):
    def ask(statement):
        return rows(database_url, statement, project)

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
