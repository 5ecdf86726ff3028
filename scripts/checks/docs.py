"""Every path that the documentation names in backticks exists."""

import re
import sys
from pathlib import Path

PATH = re.compile(r"`((?:libs|services|tests|scripts|deploy|docs|proto|cmake)/[\w./-]+)`")


def faults_of(relative, text, exists):
    for number, line in enumerate(text.splitlines(), 1):
        for path in PATH.findall(line):
            if not exists(path):
                yield f"{relative}:{number}: there is no {path}"


def check(root):
    pages = [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").rglob("*.md"))]
    return [fault for page in pages
            for fault in faults_of(page.relative_to(root).as_posix(),
                                   page.read_text(encoding="utf-8"),
                                   lambda path: (root / path).exists())]


if __name__ == "__main__":
    found = check(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    print("\n".join(found))
    sys.exit(1 if found else 0)
