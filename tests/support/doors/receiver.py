"""A customer's webhook receiver. It verifies every signature with the openssl program, another
implementation than ours, and keeps what it saw."""

import json
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HEADER = "X-Vibefollow-Signature"
TOLERANCE_SECONDS = 300


def hmac_by_openssl(secret, data):
    """Lower-case hex. The key goes by file descriptor name only through hexkey, since it may hold
    any character."""
    done = subprocess.run(
        ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt",
         "hexkey:" + secret.encode().hex(), "-r"],
        input=data, capture_output=True, check=True)
    return done.stdout.split()[0].decode()


def signature_fault(header, body, secret, now=None):
    """None when the header is a valid signature of the body, else what is wrong with it."""
    if not header:
        return "header missing"
    parts = [part.split("=", 1) for part in header.split(",")]
    if any(len(part) != 2 for part in parts):
        return "header malformed"
    times = [value for name, value in parts if name == "t"]
    digests = [value for name, value in parts if name == "v1"]
    if len(times) != 1 or not times[0].isdigit() or not digests:
        return "header malformed"
    if abs((now or time.time()) - int(times[0])) > TOLERANCE_SECONDS:
        return "timestamp outside tolerance"
    expected = hmac_by_openssl(secret, times[0].encode() + b"." + body)
    return None if expected in digests else "digest mismatch"


class Delivery:
    def __init__(self, path, header, body, status):
        self.at = time.time()
        self.path = path
        self.header = header
        self.body = body
        self.status = status

    @property
    def json(self):
        return json.loads(self.body)


class Receiver:
    """Answers 204, or whatever `answer(path, body)` says: a status, or (status, headers)."""

    def __init__(self, answer=None):
        self.answer = answer or (lambda path, body: 204)
        self.seen = []
        self.changed = threading.Condition()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                said = outer.answer(self.path, body)
                status, headers = said if isinstance(said, tuple) else (said, {})
                with outer.changed:
                    outer.seen.append(
                        Delivery(self.path, self.headers.get(HEADER), body, status))
                    outer.changed.notify_all()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *unused):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def url(self, path="/hooks"):
        return f"http://127.0.0.1:{self.server.server_address[1]}{path}"

    def deliveries(self, path=None):
        with self.changed:
            return [d for d in self.seen if path is None or d.path == path]

    def wait(self, count=1, path=None, seconds=30):
        """The first `count` deliveries of that path."""
        last = time.monotonic() + seconds
        while True:
            found = self.deliveries(path)
            if len(found) >= count:
                return found
            if time.monotonic() > last:
                raise AssertionError(f"{len(found)} of {count} deliveries within {seconds} s")
            with self.changed:
                self.changed.wait(0.2)

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()
