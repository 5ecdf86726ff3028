"""What PostgreSQL holds, read by psql: for what no API shows."""

import json
import subprocess


def rows(database_url, statement, **variables):
    """The rows of a statement, each a list, through JSON: no value needs quoting. A variable is
    written :'name' in the statement."""
    wrapped = f"SELECT coalesce(json_agg(row_to_json(r)), '[]') FROM ({statement}) r"
    return [list(row.values()) for row in json.loads(execute(database_url, wrapped, **variables))]


def execute(database_url, statement, **variables):
    assignments = [part for name, value in variables.items() for part in ("-v", f"{name}={value}")]
    done = subprocess.run(
        ["psql", database_url, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *assignments],
        input=statement, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout
