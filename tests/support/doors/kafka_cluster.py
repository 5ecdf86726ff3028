"""A Kafka cluster of three real nodes, each broker and controller, that takes nobody without TLS, a
client certificate and SCRAM. Certificates are made by openssl when it starts."""

import base64
import os
import shutil
import signal
import socket
import subprocess
import uuid
from pathlib import Path

from doors.gateway import free_port
from doors.stack import ROOT, run_dir, wait_for

USER, PASSWORD = "vibefollow", "only-for-this-test"
START_SECONDS = 60

PROPERTIES = """
process.roles=broker,controller
node.id={node}
broker.rack=rack-{node}
controller.quorum.voters={voters}
controller.listener.names=CONTROLLER
listeners=CLIENT://localhost:{client},INTERNAL://127.0.0.1:{internal},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=CLIENT://localhost:{client},INTERNAL://127.0.0.1:{internal}
listener.security.protocol.map=CLIENT:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=INTERNAL
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.client.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.client.ssl.keystore.type=PEM
listener.name.client.ssl.keystore.location={directory}/broker.pem
listener.name.client.ssl.truststore.type=PEM
listener.name.client.ssl.truststore.location={directory}/ca.pem
listener.name.client.ssl.client.auth=required
log.dirs={directory}/{node}
auto.create.topics.enable=false
offsets.topic.num.partitions=3
offsets.topic.replication.factor=3
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
log.cleaner.dedupe.buffer.size=2097152
num.network.threads=2
num.io.threads=2
background.threads=2
replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector
"""
LOGGING = """
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{HH:mm:ss.SSS} %p %c{1}: %m%n
rootLogger.level=warn
rootLogger.appenderRef.out.ref=out
"""


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """A certificate authority of its own, in a folder."""

    def __init__(self, directory):
        self.directory = directory
        self.certificate = directory / "ca.pem"
        self.key = directory / "ca.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", self.key, "-out", self.certificate, "-days", "2", "-subj", "/CN=test")

    def issue(self, name, alternative):
        """The key and the certificate of that name, as two files."""
        key, request = self.directory / f"{name}.key", self.directory / f"{name}.csr"
        certificate, extension = self.directory / f"{name}.crt", self.directory / f"{name}.ext"
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        extension.write_text(f"subjectAltName={alternative}\n", encoding="utf-8")
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key,
                "-CAcreateserial", "-days", "2", "-extfile", extension, "-out", certificate)
        return key, certificate


class KafkaCluster:
    def __init__(self):
        self.directory = run_dir() / "kafka-cluster"
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self.nodes = (1, 2, 3)
        self.ports = {(node, kind): free_port() for node in self.nodes
                      for kind in ("client", "internal", "controller")}
        self.processes = {}
        java = Path(os.environ.get("JAVA_HOME", ""), "bin", "java")
        self.java = [java if os.environ.get("JAVA_HOME") else "java", "-cp", f"{self.libraries()}/*",
                     f"-Dlog4j2.configurationFile={self.directory}/log4j2.properties",
                     "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms64m", "-Xmx192m"]
        self.authority = Authority(self.directory)
        key, certificate = self.authority.issue("broker", "DNS:localhost")
        (self.directory / "broker.pem").write_bytes(key.read_bytes() + certificate.read_bytes())
        self.client_key, self.client_certificate = self.authority.issue("client", "DNS:client")

    @staticmethod
    def libraries():
        toolchain = (ROOT / ".run" / "toolchain.env").read_text(encoding="utf-8")
        return next(line.split("=", 1)[1] for line in toolchain.splitlines()
                    if line.startswith("export VF_KAFKA_LIBS="))

    def settings(self, **changes):
        """Of a client; None takes one away."""
        settings = {
            "VF_KAFKA_BROKERS": ",".join(f"localhost:{self.ports[node, 'client']}"
                                         for node in self.nodes),
            "VF_KAFKA_RACK": "rack-2",
            "VF_KAFKA_TLS": "true",
            "VF_KAFKA_TLS_CA_FILE": str(self.authority.certificate),
            "VF_KAFKA_TLS_CERTIFICATE_FILE": str(self.client_certificate),
            "VF_KAFKA_TLS_KEY_FILE": str(self.client_key),
            "VF_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "VF_KAFKA_SASL_USERNAME": USER,
            "VF_KAFKA_SASL_PASSWORD": PASSWORD,
            **changes,
        }
        return {name: value for name, value in settings.items() if value is not None}

    def __enter__(self):
        try:
            self.configure()
            self.format()
            for node in self.nodes:
                self.start(node)
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        for process in self.processes.values():
            process.kill()
            process.wait()

    def configure(self):
        (self.directory / "log4j2.properties").write_text(LOGGING, encoding="utf-8")
        voters = ",".join(f"{node}@127.0.0.1:{self.ports[node, 'controller']}"
                          for node in self.nodes)
        for node in self.nodes:
            ports = {kind: self.ports[node, kind] for kind in ("client", "internal", "controller")}
            self.properties(node).write_text(
                PROPERTIES.format(node=node, voters=voters, directory=self.directory, **ports),
                encoding="utf-8")

    def properties(self, node):
        return self.directory / f"{node}.properties"

    def format(self):
        """By the storage tool for the first node; the others differ in their ids alone."""
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        first = self.nodes[0]
        done = subprocess.run(
            [*self.java, "kafka.tools.StorageTool", "format", "--cluster-id", cluster,
             "--config", self.properties(first), "--add-scram",
             f"SCRAM-SHA-512=[name={USER},password={PASSWORD}]"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        if done.returncode != 0:
            raise AssertionError(f"the storage could not be formatted: {done.stdout}")
        meta = (self.directory / str(first) / "meta.properties").read_text(encoding="utf-8")
        for node in self.nodes[1:]:
            shutil.copytree(self.directory / str(first), self.directory / str(node))
            own = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
            lines = [f"node.id={node}" if line.startswith("node.id=") else
                     f"directory.id={own}" if line.startswith("directory.id=") else line
                     for line in meta.splitlines()]
            (self.directory / str(node) / "meta.properties").write_text(
                "\n".join(lines) + "\n", encoding="utf-8")

    def start(self, node):
        with open(run_dir() / "log" / f"kafka-cluster.{node}.log", "ab") as log:
            self.processes[node] = subprocess.Popen(
                [*self.java, "kafka.Kafka", self.properties(node)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait(self):
        wait_for("the nodes to listen", lambda: all(map(self.is_listening, self.nodes)),
                 START_SECONDS)

    def is_listening(self, node):
        if self.processes[node].poll() is not None:
            raise AssertionError(f"node {node} has ended; see kafka-cluster.{node}.log")
        try:
            socket.create_connection(("localhost", self.ports[node, "client"]), 1).close()
        except OSError:
            return False
        return True

    def kill(self, node):
        self.processes[node].send_signal(signal.SIGKILL)
        self.processes[node].wait()
