"""What becomes of an accepted record: users, events, quarantine and its replay, drafts."""

import base64
import json
import subprocess
import unittest
import uuid

from doors.stack import Stack, expect, wait_for


class Pipeline(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack()
        cls.project = cls.stack.new_project("pipeline")

    def user(self, external_id):
        def found():
            answer = self.project.user(external_id)
            return answer.data if answer.status == 200 else None
        return wait_for(f"user {external_id}", found)

    def test_identify_merges_and_null_clears(self):
        expect(202, self.project.identify("merge", email="m@example.com",
                                          traits={"name": "M", "seats": 5, "team": "a"}))
        expect(202, self.project.identify("merge", traits={"seats": None, "team": "b"}))
        user = wait_for("the merge", lambda: (
            u := self.user("merge")) and u["traits"].get("team") == "b" and u)
        self.assertEqual(user["email"], "m@example.com")
        self.assertEqual(user["name"], "M")
        self.assertEqual(user["traits"], {"team": "b"})
        self.assertEqual(set(user), {"external_user_id", "email", "name", "traits", "stage",
                                     "first_seen_at", "last_seen_at", "subscribed", "status",
                                     "paused_until"})
        self.assertIs(user["subscribed"], True)

    def test_an_external_id_of_any_text(self):
        external_id = "a/b ?é%2F:1"
        expect(202, self.project.identify(external_id, email="odd@example.com"))
        self.assertEqual(self.user(external_id)["external_user_id"], external_id)

    def test_events_wait_for_their_user_and_attach_in_order(self):
        for n in range(20):
            expect(202, self.project.track("late", "step", properties={"n": n}))
        wait_for("all waiting", lambda: len(self.project.events(external_user_id="late")) == 20)
        self.assertTrue(all(e["attached_at"] is None
                            for e in self.project.events(external_user_id="late")))
        expect(202, self.project.identify("late", email="late@example.com"))
        wait_for("all attached", lambda: all(
            e["attached_at"] for e in self.project.events(external_user_id="late")))
        events = self.project.events(external_user_id="late")
        by_receipt = sorted(events, key=lambda e: e["received_at"])
        self.assertEqual([e["properties"]["n"] for e in by_receipt], list(range(20)))

    def test_lists_are_paged_to_the_end(self):
        for n in range(7):
            expect(202, self.project.track("pages", "step", properties={"n": n}))
        wait_for("all", lambda: len(self.project.events(external_user_id="pages")) == 7)
        seen, cursor = [], None
        while True:
            query = {"external_user_id": "pages", "limit": 3}
            if cursor:
                query["cursor"] = cursor
            answer = expect(200, self.project.console.get(self.project.path("events"), **query))
            seen += [e["id"] for e in answer.data]
            cursor = answer.json["meta"].get("next_cursor")
            if not cursor:
                break
        self.assertEqual(len(seen), 7)
        self.assertEqual(len(set(seen)), 7)

    def quarantined(self, project, count=1):
        return wait_for("the quarantine", lambda: (
            items := project.quarantine()) and len(items) >= count and items)

    def test_a_malformed_event_is_quarantined_corrected_and_has_its_effect_once(self):
        project = self.stack.new_project("quarantine")
        expect(202, project.identify("q", email="q@example.com"))
        expect(202, project.track("q", "trial_expiring", properties={"daysLeft": "soon"}))
        item = self.quarantined(project)[0]
        self.assertEqual(item["code"], "invalid_property")
        self.assertEqual(item["field"], "properties.daysLeft")
        self.assertEqual(json.loads(item["body"])["properties"], {"daysLeft": "soon"})
        path = f"/v1/quarantine/items/{item['id']}/replay"
        refused = project.console.post(path, {"body": item["body"].replace("trial_", "$"),
                                              "reason": "try"})
        self.assertEqual(refused.status, 422)
        self.assertEqual(project.console.post(path, {}).json["errors"][0]["field"], "reason")
        corrected = item["body"].replace('"soon"', "3")
        for _ in range(2):
            expect(202, project.console.post(path, {"body": corrected, "reason": "a number"}))
        wait_for("the event", lambda: project.events(name="trial_expiring"))
        expect(202, project.track("q", "after"))
        wait_for("what came after", lambda: project.events(name="after"))
        events = project.events(name="trial_expiring")
        self.assertEqual([e["properties"] for e in events], [{"daysLeft": 3}])
        self.assertEqual(project.quarantine(state="replayed")[0]["body"], item["body"])

    def test_garbage_on_the_topic_is_quarantined_with_its_bytes(self):
        garbage = b"\x00\xffgarbage" + uuid.uuid4().bytes
        subprocess.run(["kcat", "-P", "-b", self.stack.env["VF_KAFKA_BROKERS"], "-t", "vf.ingest",
                        "-D", "\n\n\n"], input=garbage, check=True, timeout=30)

        def found():
            items = expect(200, self.stack.console.get("/v1/quarantine/items")).data
            return [i for i in items if i["code"] == "undecodable_record"
                    and "body_base64" in i and base64.b64decode(i["body_base64"]) == garbage]
        self.assertEqual(len(wait_for("the garbage", found)), 1)

    def test_the_topics_can_be_read_by_anybody(self):
        done = subprocess.run(
            ["kcat", "-L", "-J", "-b", self.stack.env["VF_KAFKA_BROKERS"]],
            capture_output=True, check=True, timeout=30)
        names = {topic["topic"] for topic in json.loads(done.stdout)["topics"]}
        self.assertLessEqual({"vf.ingest", "vf.ingest.backfill", "vf.mail", "vf.quarantine",
                              "vf.webhooks", "vf.fired", "vf.deliveries", "vf.dead-letter"}, names)

    def test_a_user_is_welcomed_once_and_only_when_the_rule_is_active(self):
        project = self.stack.new_project("welcome")
        rules = expect(200, project.console.get(project.path("rules"))).data
        self.assertEqual([(r["preset"], r["kind"], r["state"]) for r in rules],
                         [("welcome", "event", "paused")])
        expect(202, project.identify("early", email="e@example.com"))
        expect(202, project.track("early", "user_signed_up"))
        wait_for("the event", lambda: project.events(external_user_id="early"))
        project.activate("welcome")
        expect(202, project.identify("new", email="n@example.com"))
        for _ in range(3):
            expect(202, project.track("new", "user_signed_up"))
        draft = wait_for("the draft", lambda: project.drafts(external_user_id="new"))[0]
        self.assertEqual(draft["status"], "pending_review")
        self.assertTrue(draft["id"].startswith("drf_"))
        expect(202, project.identify("second", email="s@example.com"))
        expect(202, project.track("second", "user_signed_up"))
        wait_for("the second draft", lambda: project.drafts(external_user_id="second"))
        self.assertEqual(len(project.drafts(external_user_id="new")), 1)
        self.assertEqual(project.drafts(external_user_id="early"), [])

    def test_an_event_before_its_identify_welcomes_too(self):
        project = self.stack.new_project("welcome later")
        project.activate("welcome")
        expect(202, project.track("later", "user_signed_up"))
        expect(202, project.identify("later", email="l@example.com"))
        wait_for("the draft", lambda: project.drafts(external_user_id="later"))

    def test_another_projects_things_are_not_found(self):
        other = self.stack.new_project("other")
        expect(202, self.project.identify("mine", email="mine@example.com"))
        self.user("mine")
        self.assertEqual(other.user("mine").status, 404)
        self.assertEqual(other.events(external_user_id="mine"), [])


if __name__ == "__main__":
    unittest.main()
