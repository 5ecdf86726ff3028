"""Samples of perf as tables and folded stacks: whose code a processor ran, by the innermost frame."""

import collections
import re
import subprocess

KERNEL = "kernel"
ALLOCATOR = re.compile(r"^(_?_?libc_)?(malloc|free|cfree|calloc|realloc|_int_malloc|_int_free\w*|"
                       r"_int_realloc|malloc_consolidate|unlink_chunk\S*|sysmalloc|systrim\S*|"
                       r"tcache_\w+|operator new\b.*|operator delete\b.*|_?mi_\w+|"
                       r"arena_get\S*|checked_request\S*|posix_memalign)")
MEMORY = re.compile(r"^_*(mem(cpy|move|set|cmp|chr)\w*|str(len|chr|cmp)\w*)")
LIBRARIES = [("librdkafka", "librdkafka"), ("libpqxx", "libpq"), ("libpq", "libpq"),
             ("libcrypto", "openssl"), ("libssl", "openssl"), ("libprotobuf", "protobuf"),
             ("liblz4", "compression"), ("libz.", "compression"), ("libstdc++", "libstdc++"),
             ("libprometheus", "prometheus"), ("libm.so", "libc"), ("libc.so", "libc"),
             ("libfmt", "fmt"), ("vdso", "kernel"), ("postgres", "postgres"), ("libjvm", "jvm"),
             ("perf-", "jvm"), ("libluajit", "lua")]
# Libraries that are linked in are told by their prefixes.
PREFIXES = [(re.compile(r"^(rd_|rdkafka_|rdbuf_)"), "librdkafka"),
            (re.compile(r"^(PQ|pq[A-Z])"), "libpq"), (re.compile(r"^(EVP_|SHA\d|ossl_)"), "openssl"),
            (re.compile(r"^LZ4"), "compression")]
JSON = re.compile(r"\b(rapidjson|vf::json)::")
OURS = re.compile(r"\bvf::(\w+)::")
VENDOR = re.compile(r"\b(boost|std|fmt|google|pqxx|prometheus)::")
VENDOR_NAMES = {"std": "libstdc++", "google": "protobuf", "pqxx": "libpq"}
FRAME = re.compile(r"^\s+[0-9a-f]+ (.*) \((.*)\)$")
HEAD = re.compile(r"^(\S.*?)\s+(\d+)\s*$")


def group_of(symbol, library):
    """Which part of a table a frame belongs to."""
    if "[kernel" in library or library.startswith("[k") or "[guest" in library:
        return KERNEL
    if ALLOCATOR.match(symbol) or "mimalloc" in library:
        return "allocator"
    if MEMORY.match(symbol):
        return "memcpy and the like"
    for part, name in LIBRARIES:
        if part in library.rsplit("/", 1)[-1]:
            return name
    for pattern, name in PREFIXES:
        if pattern.match(symbol):
            return name
    if JSON.search(symbol):
        return "json"
    ours = OURS.search(symbol)
    vendor = VENDOR.search(symbol)
    if ours and not (vendor and vendor.start() < ours.start() and "boost" in vendor.group()):
        return "vf::" + ours.group(1)
    if vendor:
        return VENDOR_NAMES.get(vendor.group(1), vendor.group(1))
    return "the rest"


def short(symbol):
    """Without parameters and template arguments, which nobody reads in a table."""
    text = symbol
    while True:
        cut = re.sub(r"<[^<>]*>|\([^()]*\)", "", text)
        if cut == text:
            return text[:100]
        text = cut


def read_samples(text):
    """[(command, process id, [(symbol, library), …] from the innermost frame)] of what `perf script`
    prints."""
    samples = []
    for line in text.splitlines():
        frame = FRAME.match(line)
        if frame:
            if samples:
                samples[-1][2].append((frame.group(1), frame.group(2)))
            continue
        head = HEAD.match(line)
        if head:
            samples.append((head.group(1), int(head.group(2)), []))
    return [sample for sample in samples if sample[2]]


class Profile:
    """What the samples of one process come to."""

    def __init__(self):
        self.samples = 0
        self.groups = collections.Counter()
        self.symbols = collections.Counter()
        self.folded = collections.Counter()

    def add(self, frames):
        symbol, library = frames[0]
        group = group_of(symbol, library)
        self.samples += 1
        self.groups[group] += 1
        self.symbols[(group, short(symbol))] += 1
        self.folded[";".join(short(name) for name, _ in reversed(frames))] += 1

    def shares(self):
        return {group: round(count / self.samples, 4)
                for group, count in self.groups.most_common()}

    def top(self, most):
        return [{"share": round(count / self.samples, 4), "group": group, "symbol": symbol}
                for (group, symbol), count in self.symbols.most_common(most)]


def profiles_of(text, names):
    """{name: Profile} of those in {process id or command: name}; strangers are left out."""
    found = {}
    for command, pid, frames in read_samples(text):
        name = names.get(pid) or names.get(command)
        if name:
            found.setdefault(name, Profile()).add(frames)
    return found


def script(path):
    done = subprocess.run(
        ["perf", "script", "-i", path, "--no-inline", "-F", "comm,pid,ip,sym,dso"],
        capture_output=True, text=True, check=True, errors="replace")
    return done.stdout
