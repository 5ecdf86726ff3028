"""Bodies as Postmark sends them."""

import base64
import json
import uuid


def open_body(draft, recipient, message_id=None, received_at="2026-11-20T16:33:54.9070259Z"):
    return {
        "RecordType": "Open", "FirstOpen": True, "ServerID": 23, "MessageStream": "outbound",
        "MessageID": message_id or str(uuid.uuid4()), "Recipient": recipient, "Tag": "welcome",
        "ReceivedAt": received_at, "ReadSeconds": 5, "Platform": "WebMail",
        "UserAgent": "Mozilla/5.0", "Client": {}, "OS": {}, "Geo": {},
        "Metadata": {"draftId": draft} if draft else {},
    }


def post(api, project, username, password, body):
    """Posts as Postmark does: basic auth, its own JSON."""
    token = base64.b64encode(f"{username}:{password}".encode()).decode()
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return api.request("POST", f"/api/v1/postmark/{project}", raw,
                       {"Authorization": "Basic " + token})
