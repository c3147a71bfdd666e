"""Holds the dependencies against known vulnerabilities and against the licences that we accept; `make check` runs it.

Without a network the first is skipped, and said so. Exit code 1 where something was found.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
# What may be used and passed on beside MIT code; a part of the licence's name is enough.
ACCEPTED = (
    *("MIT", "BSD", "Apache", "ISC", "PSF", "Python Software Foundation", "Mozilla Public License", "MPL", "HPND"),
    *("Unlicense", "Zope", "0BSD", "CMU License", "LGPL", "Lesser General Public License", "Artistic License"),
)
UNTOLD = {"axe-playwright-python": "MIT"}  # the licence lies in the package; its metadata do not name it


def vulnerabilities() -> tuple[int, list[str]]:
    """How many packages of requirements.lock a database knows, and what is known to be wrong with them."""
    command = ["--requirement", "requirements.lock", "--disable-pip", "--require-hashes", "--format", "json"]
    done = subprocess.run(
        [BIN / "pip-audit", *command, "--progress-spinner", "off", "--timeout", "10"],
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
    command = [BIN / "pip-licenses", "--from", "mixed", "--format", "json", "--python", sys.executable]
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
    """Whether a licence, or one of several to choose from, is accepted."""
    return any(name.lower() in licence.lower() for name in ACCEPTED)


if __name__ == "__main__":
    sys.exit(main())
