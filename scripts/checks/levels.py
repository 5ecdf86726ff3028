"""The levels of the house, held against the includes as they stand.

A library includes only libraries of lower levels, a service never includes a service, and a vendor
library is seen in its own folder alone. CMake refuses the first at compile time; this check says
the same in one sentence, and covers what include paths cannot.
"""

import re
import sys
from pathlib import Path

LEVELS = {
    "base": 0,
    "domain": 1, "config": 1, "telemetry": 1, "json": 1, "crypto": 1,
    "runtime": 2, "wire": 2, "facts": 2, "mail": 2,
    "http": 3, "kafka": 3, "postgres": 3,
    "consumer": 4, "upkeep": 4,
}

# Vendor header prefix -> folders that may include it.
VENDORS = {
    "boost/beast": ["libs/http/src", "libs/http/tests", "tests/bench"],
    "boost/asio/ssl": ["libs/http/src", "libs/http/tests"],
    "boost/asio": ["libs/runtime", "libs/http", "libs/kafka/src", "libs/postgres/src",
                   "tests"],
    "boost/url": ["libs/http/src"],
    "ares": ["libs/http/src"],
    "librdkafka": ["libs/kafka/src", "libs/kafka/tests", "tests/bench"],
    "pqxx": ["libs/postgres/src", "libs/postgres/tests"],
    "rapidjson": ["libs/json/src", "libs/json/tests"],
    "openssl": ["libs/crypto/src", "libs/crypto/tests", "libs/http/src", "libs/http/tests"],
    "prometheus": ["libs/telemetry/src"],
    "google/protobuf": ["libs/wire/src", "libs/facts/src"],
    "vf/v1": ["libs/wire/src", "libs/facts/src"],
    "CLI": ["services/vfctl"],
    "zlib": ["libs/http/src", "libs/http/tests"],
}

# boost/asio in a public header is libs/runtime's business only.
PUBLIC_ASIO = "libs/runtime/include"

SERVICES = ("console", "ingest-gateway", "normaliser", "trigger-evaluator", "vfctl",
            "webhook-dispatcher")

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def includes(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1)


def library_of(relative):
    parts = relative.split("/")
    return parts[1] if parts[0] == "libs" else None


def vendor_fault(relative, header):
    for prefix in sorted(VENDORS, key=len, reverse=True):
        if header == prefix or header.startswith(prefix + "/") or header.startswith(prefix + "."):
            if any(relative.startswith(folder + "/") for folder in VENDORS[prefix]):
                return None
            return f"{header} belongs to {' '.join(VENDORS[prefix])}"
    return None


def faults_of(relative, found):
    own = library_of(relative)
    for number, header in found:
        fault = vendor_fault(relative, header)
        if fault:
            yield number, fault
        if header.startswith("boost/asio") and "/include/" in relative \
                and not relative.startswith((PUBLIC_ASIO, "tests/")):
            yield number, f"{header} in a public header outside {PUBLIC_ASIO}"
        if header.startswith("vf/") and not header.startswith("vf/v1/"):
            other = header.split("/")[1]
            if own is None or other == own or other not in LEVELS:
                continue
            if LEVELS[other] >= LEVELS[own] and "/tests/" not in relative:
                yield number, (f"libs/{own} (level {LEVELS[own]}) includes libs/{other} "
                               f"(level {LEVELS[other]})")
        folder = header.split("/")[0]
        if relative.startswith("services/") and folder in SERVICES \
                and folder != relative.split("/")[1]:
            yield number, f"{header}: a service never includes another"
        if header.startswith(("services/", "../")):
            yield number, f"{header}: includes never climb"


def check(root):
    faults = []
    for folder in ("libs", "services", "tests"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".hpp", ".cpp"):
                continue
            relative = path.relative_to(root).as_posix()
            for number, what in faults_of(relative, includes(path)):
                faults.append(f"{relative}:{number}: {what}")
    return faults


if __name__ == "__main__":
    found = check(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    print("\n".join(found))
    sys.exit(1 if found else 0)
