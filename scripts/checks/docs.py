"""Every path that the documentation names in backticks exists, and the page of each service has all
its settings and metrics; what every service has through a library is on the page of that."""

import re
import sys
from pathlib import Path

PATH = re.compile(r"`((?:libs|services|tests|scripts|deploy|docs|proto|cmake)/[\w./-]+)`")


def faults_of(relative, text, exists):
    for number, line in enumerate(text.splitlines(), 1):
        for path in PATH.findall(line):
            if not exists(path):
                yield f"{relative}:{number}: there is no {path}"


NAMED = re.compile(r'"(VF_[A-Z_]+|vf_[a-z_]+)"')


def unsaid(relative, sources, page):
    """Settings and metrics that a service's sources name and its page does not."""
    for name in sorted(set(NAMED.findall(sources))):
        if f"`{name}`" not in page:
            yield f"{relative}:1: {name} is not in it"


def check_services(root):
    for service in sorted((root / "services").iterdir()):
        page = service / "README.md"
        sources = "".join((service / name).read_text(encoding="utf-8")
                          for name in ("config.cpp", "metrics.cpp", "metrics.hpp")
                          if (service / name).exists())
        if sources:
            yield from unsaid(page.relative_to(root).as_posix(), sources,
                              page.read_text(encoding="utf-8") if page.exists() else "")


# A library whose settings every service has, and the page that lists them.
SHARED = {"libs/kafka/src/client": "docs/kafka.md"}


def check_shared(root):
    for folder, page in SHARED.items():
        sources = "".join(path.read_text(encoding="utf-8")
                          for path in sorted((root / folder).glob("*.cpp")))
        if sources:
            yield from unsaid(page, sources, (root / page).read_text(encoding="utf-8"))


def check(root):
    pages = [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").rglob("*.md")),
             *sorted((root / "services").glob("*/README.md"))]
    faults = [fault for page in pages
              for fault in faults_of(page.relative_to(root).as_posix(),
                                     page.read_text(encoding="utf-8"),
                                     lambda path: (root / path).exists())]
    return faults + list(check_services(root)) + list(check_shared(root))


if __name__ == "__main__":
    found = check(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    print("\n".join(found))
    sys.exit(1 if found else 0)
