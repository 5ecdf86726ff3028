"""Drives a running stack through its doors and prints five life lines. Called by scripts/demo;
fails with the first thing that is not as it should be."""

import sys
import time
import uuid

from doors import postmark
from doors.receiver import Receiver, signature_fault
from doors.stack import Stack, expect, wait_for

STARTED = time.monotonic()


def title(number, text):
    print(f"\n({number}) {text}")


def step(text):
    print(f"    {time.monotonic() - STARTED:7.3f} s  {text}", flush=True)


def welcome(project):
    title(1, "a user identified and welcomed")
    project.activate("welcome")
    step("rule welcome activated for what happens from now on")
    expect(202, project.identify("ada", email="ada@example.com",
                                 traits={"name": "Ada", "plan": "trial"}))
    step("POST /api/v1/users ada → 202")
    expect(202, project.track("ada", "user_signed_up", properties={"plan": "trial"}))
    step("POST /api/v1/events user_signed_up → 202")
    user = wait_for("the user", lambda: (a := project.user("ada")).status == 200 and a.data)
    step(f"user ada: {user['email']}, {user['name']}, stage {user['stage']}")
    draft = wait_for("a draft", lambda: project.drafts(external_user_id="ada"))[0]
    step(f"rule welcome fired: draft {draft['id']} is {draft['status']}")
    return draft


def waits_for_its_user(project):
    title(2, "an event sent before its user was known")
    expect(202, project.track("grace", "report_exported", properties={"pages": 3}))
    step("POST /api/v1/events report_exported of grace → 202")
    waiting = wait_for("the event", lambda: project.events(external_user_id="grace"))[0]
    if waiting["attached_at"] is not None:
        raise AssertionError(f"attached before its user was known: {waiting}")
    step(f"{waiting['id']} waits: nobody knows grace")
    expect(202, project.identify("grace", email="grace@example.com"))
    step("POST /api/v1/users grace → 202")
    attached = wait_for("the attachment", lambda: [
        e for e in project.events(external_user_id="grace") if e["attached_at"]])[0]
    step(f"{attached['id']} attached at {attached['attached_at']}")


def corrected_and_replayed(project):
    title(3, "a malformed record quarantined, corrected and replayed")
    expect(202, project.track("ada", "trial_expiring", properties={"daysLeft": "soon"}))
    step('POST /api/v1/events trial_expiring {"daysLeft":"soon"} → 202')
    item = wait_for("the quarantine", project.quarantine)[0]
    step(f"{item['id']}: {item['code']} at {item['field']}: {item['body']}")
    corrected = item["body"].replace('"soon"', "3")
    answer = project.console.post(f"/v1/quarantine/items/{item['id']}/replay",
                                  {"body": corrected, "reason": "daysLeft is a number"})
    expect(202, answer)
    step(f"replayed as {corrected}")
    event = wait_for("the event", lambda: project.events(
        external_user_id="ada", name="trial_expiring"))[0]
    step(f"{event['id']} {event['name']} {event['properties']}")


def open_is_told(project, receiver, draft):
    title(4, "a Postmark open told by a signed webhook")
    endpoint = project.new_endpoint(receiver.url("/opened"), "email.opened")
    step(f"endpoint {endpoint['id']} wants email.opened")
    project.set_postmark("postmark", "correct horse")
    body = postmark.open_body(draft["id"], "ada@example.com")
    expect(200, postmark.post(project.ingest, project.id, "postmark", "correct horse", body))
    step(f"POST /api/v1/postmark/{project.id} Open of {body['MessageID']} → 200")
    told = receiver.wait(1, "/opened")[0]
    fault = signature_fault(told.header, told.body, endpoint["secret"])
    if fault:
        raise AssertionError(f"signature: {fault}")
    step(f"receiver got {told.json['type']} {told.json['id']}; openssl verified its signature")
    delivery = wait_for("the delivery", lambda: [
        d for d in project.deliveries(event_id=told.json["id"]) if d["state"] == "delivered"])[0]
    step(f"{delivery['id']} is {delivery['state']} after {delivery['attempts']} attempt")


def dies_and_is_sent_again(project, receiver, broken, draft):
    title(5, "a delivery that died and was sent again")
    broken.add("/broken")
    endpoint = project.new_endpoint(receiver.url("/broken"), "email.opened")
    body = postmark.open_body(draft["id"], "ada@example.com")
    expect(200, postmark.post(project.ingest, project.id, "postmark", "correct horse", body))
    letter = wait_for("the dead letter", project.dead_letters)[0]
    failed = receiver.deliveries("/broken")
    step(f"{letter['delivery_id']}: {len(failed)} attempts answered 500")
    step(f"dead letter {letter['id']}: {letter['cause']}")
    broken.clear()
    step("the receiver is mended")
    expect(202, project.console.post(f"/v1/deliveries/{letter['delivery_id']}/resend",
                                     {"reason": "the receiver was mended"}))
    again = receiver.wait(len(failed) + 1, "/broken")[-1]
    if again.body != failed[0].body or again.json["id"] != letter["event_id"]:
        raise AssertionError("sent again with other bytes")
    fault = signature_fault(again.header, again.body, endpoint["secret"])
    if fault:
        raise AssertionError(f"signature: {fault}")
    step(f"sent again and delivered: the same id {again.json['id']}, a fresh signature")
    delivery = wait_for("the delivery", lambda: [
        d for d in project.deliveries(endpoint=endpoint["id"]) if d["state"] == "delivered"])[0]
    step(f"{delivery['id']} is {delivery['state']}")


def main():
    stack = Stack()
    project = stack.new_project("demo " + uuid.uuid4().hex[:8])
    print(f"project {project.id}")
    broken = set()
    with Receiver(lambda path, body: 500 if path in broken else 204) as receiver:
        draft = welcome(project)
        waits_for_its_user(project)
        corrected_and_replayed(project)
        open_is_told(project, receiver, draft)
        dies_and_is_sent_again(project, receiver, broken, draft)
    print(f"\nThe stack is up: ingest {stack.env['VF_INGEST_URL']}, "
          f"console {stack.env['VF_CONSOLE_URL']}; keys and addresses in .run/env.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
