"""Bodies as Postmark sends them."""

import base64
import json
import uuid
from datetime import datetime, timezone


def received_now():
    """Seven digits of a second, as Postmark writes them."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f") + "9Z"


def open_body(draft, recipient, message_id=None):
    return {
        "RecordType": "Open", "FirstOpen": True, "ServerID": 23, "MessageStream": "outbound",
        "MessageID": message_id or str(uuid.uuid4()), "Recipient": recipient, "Tag": "welcome",
        "ReceivedAt": received_now(), "ReadSeconds": 5, "Platform": "WebMail",
        "UserAgent": "Mozilla/5.0", "Client": {}, "OS": {}, "Geo": {},
        "Metadata": {"draftId": draft} if draft else {},
    }


def post(api, project, username, password, body):
    """Posts as Postmark does: basic auth, its own JSON."""
    token = base64.b64encode(f"{username}:{password}".encode()).decode()
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return api.request("POST", f"/api/v1/postmark/{project}", raw,
                       {"Authorization": "Basic " + token})
