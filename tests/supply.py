"""Holds the dependencies against known vulnerabilities and against the licences that we accept; `make check` runs it.

Without a network the first is skipped, and said so. Exit code 1 where something was found.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
# What may be used and passed on beside MIT code, as packages name it: SPDX's names and those of PyPI's classifiers.
ACCEPTED = frozenset(
    {
        *("MIT", "MIT License", "MIT-0", "MIT-CMU", "0BSD", "BSD", "BSD License", "BSD-2-Clause", "BSD-3-Clause"),
        *("Apache 2.0", "Apache-2.0", "Apache Software License", "Apache License, Version 2.0", "ISC"),
        *("ISC License (ISCL)", "PSF-2.0", "Python Software Foundation License", "MPL-2.0", "Zlib", "CC0-1.0"),
        *("Mozilla Public License 2.0 (MPL 2.0)", "Mozilla Public License 1.1 (MPL 1.1)", "HPND", "Unlicense"),
        *("Artistic License", "LGPL-2.1-or-later", "LGPL-3.0-or-later", "ZPL-2.1", "Zope Public License"),
        "GNU Lesser General Public License v2 or later (LGPLv2+)",
    }
)
UNTOLD = {"axe-playwright-python": "MIT"}  # the licence lies in the package; its metadata do not name it


def vulnerabilities() -> tuple[int, list[str]]:
    """How many packages of requirements.lock a database knows, and what is known to be wrong with them."""
    command = ["--requirement", "requirements.lock", "--disable-pip", "--require-hashes", "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", *command, "--progress-spinner", "off", "--timeout", "10"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if not done.stdout.lstrip().startswith("{"):
        return 0, []
    asked = [one for one in json.loads(done.stdout)["dependencies"] if "skip_reason" not in one]
    return len(asked), [
        f"{one['name']} {one['version']}: {known['id']}, mended in {', '.join(known['fix_versions']) or 'no version'}"
        for one in asked
        for known in one["vulns"]
    ]


def licences() -> list[tuple[str, str]]:
    """Package and licence of everything that is installed, from the packages' own metadata."""
    command = [sys.executable, "-m", "piplicenses", "--from", "mixed", "--format", "json", "--python", sys.executable]
    listed: list[dict[str, str]] = json.loads(
        subprocess.run(command, capture_output=True, text=True, check=True).stdout
    )
    return sorted((one["Name"], UNTOLD.get(one["Name"]) or one["License"]) for one in listed)


def main() -> int:
    """Say what was found."""
    used = licences()
    faults = [f"{name}: licence {of}: not among those accepted" for name, of in used if not accepted(of)]
    audited, found = vulnerabilities()
    sys.stdout.write(f"{len(used)} packages, {len(faults)} licences that are not accepted.\n")
    if audited:
        sys.stdout.write(f"{audited} packages of the lock audited, {len(found)} known vulnerabilities.\n")
    else:
        sys.stdout.write("Known vulnerabilities: SKIPPED, for no database of them could be reached.\n")
    sys.stdout.writelines(f"{fault}\n" for fault in [*faults, *found])
    return 1 if faults or found else 0


def accepted(licence: str) -> bool:
    """Whether a licence is accepted: each of several joined by AND, any of those joined by OR or listed to choose from.

    >>> accepted("MIT AND PSF-2.0"), accepted("GPL-3.0 OR MIT"), accepted("MIT AND (GPL-3.0 OR ISC)")
    (True, True, True)
    >>> accepted("Limited use only"), accepted("MIT AND Commercial"), accepted("not MIT"), accepted("")
    (False, False, False, False)
    """
    if licence in ACCEPTED:
        return True
    for between, decide in ((r";\s*", any), (r"\s+OR\s+", any), (r"\s+AND\s+", all)):
        parts = re.split(rf"{between}(?![^(]*\))", licence)  # never inside brackets
        if len(parts) > 1:
            return decide(accepted(part) for part in parts)
    inner = re.fullmatch(r"\((.*)\)", licence.strip())
    return accepted(inner.group(1)) if inner else False


if __name__ == "__main__":
    sys.exit(main())
