"""The gateway behind its own certificate: served over TLS, sent there from plain HTTP, and under the
next certificate without a restart."""

import hashlib
import http.client
import json
import ssl
import subprocess
import tempfile
import unittest
from pathlib import Path

from contract import EVENTS, ContractCase, event
from doors.gateway import Gateway, free_port
from doors.stack import wait_for

RENEWED_WITHIN_SECONDS = 20


class Certificate:
    """A key and a certificate of its own making, as the files that an issuer would leave."""

    def __init__(self, folder):
        self.chain = folder / "tls.crt"
        self.key = folder / "tls.key"
        self.issue()

    def issue(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", self.key, "-out", self.chain], check=True, capture_output=True)

    def fingerprint(self):
        der = ssl.PEM_cert_to_DER_cert(self.chain.read_text(encoding="ascii"))
        return hashlib.sha256(der).hexdigest()


class Tls(ContractCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.certificate = Certificate(Path(folder.name))
        self.tls_port = free_port()
        self.gateway = Gateway(
            self.stack, VF_TLS_LISTEN=f"127.0.0.1:{self.tls_port}",
            VF_TLS_CERTIFICATE_FILE=str(self.certificate.chain),
            VF_TLS_KEY_FILE=str(self.certificate.key), VF_TLS_PUBLIC_PORT=str(self.tls_port),
            VF_LOOPS="2")
        self.gateway.start()
        self.addCleanup(self.gateway.stop)
        self.headers = {"Content-Type": "application/json",
                        "Authorization": "Bearer " + self.stack.env["VF_API_KEY"]}

    def secure(self):
        trusted = ssl.create_default_context(cafile=str(self.certificate.chain))
        connection = http.client.HTTPSConnection("127.0.0.1", self.tls_port, context=trusted,
                                                 timeout=20)
        self.addCleanup(connection.close)
        return connection

    def served_fingerprint(self):
        served = ssl.get_server_certificate(("127.0.0.1", self.tls_port))
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(served)).hexdigest()

    def test_an_event_is_accepted_over_tls_and_the_connection_is_kept(self):
        connection = self.secure()
        for _ in range(3):
            connection.request("POST", EVENTS, json.dumps(event()), self.headers)
            answer = connection.getresponse()
            self.assertEqual(answer.status, 202)
            self.assertEqual(json.loads(answer.read()), {"data": {"accepted": True}})

    def test_plain_http_is_sent_to_https_and_takes_nothing(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.gateway.port, timeout=20)
        self.addCleanup(connection.close)
        connection.request("POST", EVENTS + "?a=1", json.dumps(event()), self.headers)
        answer = connection.getresponse()
        self.assertEqual(answer.status, 308)
        self.assertEqual(answer.headers["Location"],
                         f"https://127.0.0.1:{self.tls_port}{EVENTS}?a=1")
        self.assertEqual(json.loads(answer.read())["errors"][0]["code"], "https_required")

    def test_a_new_certificate_is_served_without_a_restart(self):
        before = self.served_fingerprint()
        self.assertEqual(before, self.certificate.fingerprint())
        self.certificate.issue()
        wait_for("the new certificate", lambda: self.served_fingerprint() ==
                 self.certificate.fingerprint(), RENEWED_WITHIN_SECONDS)
        connection = self.secure()
        connection.request("POST", EVENTS, json.dumps(event()), self.headers)
        self.assertEqual(connection.getresponse().status, 202)


if __name__ == "__main__":
    unittest.main()
