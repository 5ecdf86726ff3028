"""The rules of the house that a compiler does not know: sizes, banned words, names, dates in tests,
who owns a table. Each rule is held against good and bad samples in checks_test.py.
"""

import re
import subprocess
import sys
from pathlib import Path

LINE_MAX = 100
FUNCTION_MAX = 70
SIZES = [  # (which files, most lines)
    (re.compile(r"/tests/.*\.(cpp|hpp)$|^tests/.*\.(cpp|hpp)$"), 500),
    (re.compile(r"^services/[^/]+/app\.cpp$"), 200),
    (re.compile(r"\.hpp$"), 150),
    (re.compile(r"\.cpp$"), 400),
]

BANNED = [  # (pattern, where it is allowed, what to say)
    (re.compile(r"\basio::detached\b"), (), "detached swallows exceptions: task_group.spawn"),
    (re.compile(r"\bstd::(cout|cerr)\b"), (), "print through telemetry or fmt"),
    (re.compile(r"\bsleep_for\b"), ("tests/", "/tests/"), "sleep on the loop: runtime::sleep"),
    (re.compile(r"#\s*include\s*<(format|print)>"), (), "not in every supported libstdc++: fmt"),
    (re.compile(r"\b(system_clock|steady_clock|utc_clock)::now\b"),
     ("libs/base/src/clock.cpp", "libs/telemetry/src", "libs/runtime/", "libs/http/src",
      "libs/kafka/src", "libs/postgres/src", "libs/consumer/src", "tests/", "/tests/"),
     "time is an argument: vf::clock"),
    (re.compile(r"\b(" + "TO" + r"DO|" + "FIX" + r"ME|X" + r"XX)\b"), (),
     "finish it, or open an issue"),
    (re.compile(r"\b([Nn]ormaliz|serializ|[Ii]nitializ(?!er_list)|[Bb]ehavior\b|[Cc]olor\b|canceled)"),
     (), "British spelling"),
]
# What a test spells is either far from every day it will run on, or taken from the clock. Years
# from 2025 on are those in which this house was built and lives.
TEST_FILE = re.compile(r"(^|/)tests/|_test\.py$|^scripts/lib/.*\.py$")
DATE_NEAR_NOW = re.compile(r"(?<!\d)20(2[5-9]|[3-9]\d)-[01]\d")
BANNED_NAMES = re.compile(r"(^|[/_.-])(utils?|helpers?|common|misc|manager)([/_.-]|$)")
USING_IN_HEADER = re.compile(r"^\s*using namespace\b")
TRY = re.compile(r"^\s*(try\s*\{|\}?\s*catch\s*\()")
TRY_ALLOWED = re.compile(r"^libs/[^/]+/src/|^tests/|/tests/|^services/vfctl/main\.cpp$")
# The last table of docs/glossary.md: as names in code, never in comments or texts.
DIALECT = re.compile(
    r"\b(made|told|asked|wanted|given|said|manner|desk|further|known_|parts_|with_|series_|counted|"
    r"came_to|aside|scene|inside|inside_|people|shard|say|tell)\b"
    r"|(?<![\w.>:])(?:at|on|in|with)\b(?=\s*(?:[;,)\]={}]|\.(?!\.)|->|$))")
OWNERS = "ingest-gateway|console|normaliser|trigger-evaluator|webhook-dispatcher"
OWNER = re.compile(rf"^-- owner: ({OWNERS})(, ({OWNERS}))*$")
CREATE_TABLE = re.compile(r"^CREATE TABLE (\w+)")
PARTITION_OF = re.compile(r"^CREATE TABLE \w+ PARTITION OF")
FUNCTION_START = re.compile(r"^(?:[\w:<>,&*~\[\] ]|\"C\")*\b[\w:~<>=!+\-*/()]+\(.*$|^\) .*\{$|^\) \{$")
MIGRATION = re.compile(r"^deploy/migrations/(\d{4})_[a-z0-9_]+\.sql$")


def code_only(line):
    """The line without string literals and // comments, so that prose is not judged as code."""
    line = re.sub(r'"(\\.|[^"\\])*"', '""', line)
    return line.split("//", 1)[0]


def size_faults(relative, lines):
    for pattern, most in SIZES:
        if pattern.search(relative):
            if len(lines) > most:
                yield len(lines), f"{len(lines)} lines, at most {most}: find the second thing in it"
            return


def function_faults(lines):
    """Top-level blocks: from an unindented line that opens a brace to the unindented closing one."""
    start = None
    for number, line in enumerate(lines, 1):
        if start is None:
            opens = line.endswith("{") and line[:1] not in (" ", "}", "#", "/")
            kind = re.match(r"(namespace|class|struct|enum|union|extern|constexpr|const|TEST_CASE|"
                            r"template <.*> (class|struct))\b", line)
            if opens and not kind:
                start = number
        elif line.startswith("}"):
            if number - start + 1 > FUNCTION_MAX:
                yield start, f"a function of {number - start + 1} lines, at most {FUNCTION_MAX}"
            start = None


def statement_faults(relative, lines):
    header = relative.endswith(".hpp")
    for number, line in enumerate(lines, 1):
        code = code_only(line)
        if len(line) > LINE_MAX and "R\"" not in line and "https://" not in line:
            yield number, f"{len(line)} characters, at most {LINE_MAX}"
        for pattern, allowed, what in BANNED:
            judged = line if "spelling" in what or "finish" in what else code
            if pattern.search(judged) and not any(part in relative for part in allowed):
                yield number, what
        if header and USING_IN_HEADER.search(code):
            yield number, "using namespace in a header"
        if TRY.search(code) and not TRY_ALLOWED.search(relative):
            yield number, "errors are values: try and catch live in libs/*/src"
        word = DIALECT.search(code) if not code.lstrip().startswith("#") else None
        if word:
            yield number, f"{word.group(0)}: docs/glossary.md has a better name"


def date_faults(lines):
    for number, line in enumerate(lines, 1):
        found = DATE_NEAR_NOW.search(line)
        if found:
            yield number, f"{found.group()}: a test spells dates before 2025 or asks the clock"


def migration_faults(lines):
    owner_before = False
    for number, line in enumerate(lines, 1):
        if line.startswith("-- owner:"):
            if not OWNER.match(line):
                yield number, "an owner line names services: -- owner: normaliser"
            owner_before = True
        elif CREATE_TABLE.match(line) and not PARTITION_OF.match(line):
            if not owner_before:
                yield number, f"{CREATE_TABLE.match(line).group(1)} has no owner line above it"
            owner_before = False
        elif line and not line.startswith("--"):
            owner_before = False


def faults_of(relative, text):
    lines = text.splitlines()
    if BANNED_NAMES.search(relative.rsplit(".", 1)[0]) and relative.endswith((".hpp", ".cpp", ".py")):
        yield 1, "a name that names nothing: say what it is"
    if relative.endswith((".cpp", ".hpp")):
        yield from size_faults(relative, lines)
        yield from function_faults(lines)
        yield from statement_faults(relative, lines)
    if relative.endswith(".hpp") and not text.startswith("//"):
        yield 1, "a header opens with what it is, who calls it and on which thread"
    if TEST_FILE.search(relative):
        yield from date_faults(lines)
    if MIGRATION.match(relative):
        yield from migration_faults(lines)


def dead_headers(files, texts):
    """A header that nobody includes is dead."""
    included = set()
    for text in texts.values():
        included.update(re.findall(r'#include [<"]([^>"]+)[>"]', text))
    for relative in files:
        if relative.endswith(".hpp"):
            name = re.sub(r"^.*/include/|^services/|^libs/[^/]+/src/", "", relative)
            if name not in included and Path(relative).name not in included:
                yield f"{relative}:1: nobody includes this header"


def schema_version_fault(files, texts):
    numbers = [int(m.group(1)) for m in map(MIGRATION.match, files) if m]
    header = texts.get("libs/postgres/include/vf/postgres/migrations.hpp", "")
    said = re.search(r"schema_version = (\d+)", header)
    if numbers and said and int(said.group(1)) != max(numbers):
        yield ("libs/postgres/include/vf/postgres/migrations.hpp:1: schema_version is "
               f"{said.group(1)}, the newest migration is {max(numbers)}")


def tracked(root):
    listed = subprocess.run(["git", "-C", str(root), "ls-files", "--cached", "--others",
                             "--exclude-standard"], capture_output=True, text=True, check=True)
    return [f for f in listed.stdout.splitlines()
            if f.endswith((".hpp", ".cpp", ".sql", ".py")) and "/samples/" not in f
            and (root / f).exists()]


def check(root):
    files = tracked(root)
    texts = {f: (root / f).read_text(encoding="utf-8") for f in files}
    faults = [f"{relative}:{number}: {what}" for relative in files
              for number, what in faults_of(relative, texts[relative])]
    faults += dead_headers(files, texts)
    faults += schema_version_fault(files, texts)
    return faults


if __name__ == "__main__":
    found = check(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    print("\n".join(found))
    sys.exit(1 if found else 0)
