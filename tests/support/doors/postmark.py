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


def sample_bodies(message_id):
    """One of each kind of webhook, as the provider's own samples have them."""
    common = {"ServerID": 23, "MessageStream": "outbound", "MessageID": message_id,
              "Tag": "welcome", "Metadata": {"draftId": "drf_42"}}
    bounce = {**common, "ID": 9007199254740993, "TypeCode": 1, "Name": "Hard bounce",
              "Description": "The server was unable to deliver your message",
              "Details": "smtp;550 5.1.1 unknown", "Email": "john@example.com",
              "From": "sender@example.com", "BouncedAt": "2016-04-27T16:28:50.3963933-04:00",
              "DumpAvailable": True, "Inactive": True, "CanActivate": True, "Subject": "Hello"}
    address = {"Email": "john@example.com", "Name": "John", "MailboxHash": ""}
    return {
        "Open": open_body("drf_42", "john@example.com", message_id),
        "Click": {**common, "RecordType": "Click", "ClickLocation": "HTML",
                  "OriginalLink": "https://acme.io/x", "Recipient": "john@example.com",
                  "ReceivedAt": received_now(), "Platform": "Desktop", "UserAgent": "Mozilla/5.0",
                  "Client": {}, "OS": {}, "Geo": {}},
        "Delivery": {**common, "RecordType": "Delivery", "Recipient": "john@example.com",
                     "DeliveredAt": received_now(), "Details": "Test delivery"},
        "Bounce": {**bounce, "RecordType": "Bounce", "Type": "HardBounce"},
        "SpamComplaint": {**bounce, "RecordType": "SpamComplaint", "Type": "SpamComplaint",
                          "TypeCode": 512},
        "SubscriptionChange": {**common, "RecordType": "SubscriptionChange",
                               "ChangedAt": "2022-06-05T17:17:32Z",
                               "Recipient": "john@example.com", "Origin": "Recipient",
                               "SuppressSending": True, "SuppressionReason": "ManualSuppression"},
        "Inbound": {"FromName": "John", "From": "john@example.com", "FromFull": address,
                    "To": "reply@inbound.example.com", "ToFull": [address], "Cc": "", "CcFull": [],
                    "Bcc": "", "BccFull": [], "OriginalRecipient": "reply@inbound.example.com",
                    "Subject": "Re: Hello", "MessageID": message_id, "MessageStream": "inbound",
                    "ReplyTo": "", "MailboxHash": "", "Date": "Fri, 1 Aug 2014 16:45:32 -0400",
                    "TextBody": "Thanks!", "HtmlBody": "", "StrippedTextReply": "Thanks!",
                    "Tag": "", "Headers": [{"Name": "X-Spam-Score", "Value": "-0.1"}],
                    "Attachments": []},
        "Unheard": {**common, "RecordType": "SomethingNew"},
    }


def inbound_of(size, message_id=None):
    """A reply with an attachment that makes it exactly so many bytes."""
    body = sample_bodies(message_id or str(uuid.uuid4()))["Inbound"]
    body["Attachments"] = [{"Name": "a.bin", "Content": "", "ContentType": "a/b",
                            "ContentLength": 1}]
    body["Attachments"][0]["Content"] = "A" * (size - len(json.dumps(body)))
    return json.dumps(body).encode()


def post(api, project, username, password, body):
    """Posts as Postmark does: basic auth, its own JSON."""
    token = base64.b64encode(f"{username}:{password}".encode()).decode()
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return api.request("POST", f"/api/v1/postmark/{project}", raw,
                       {"Authorization": "Basic " + token})
