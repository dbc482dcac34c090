"""Fetches the libraries of the page, files as their authors publish them: `python -m tools.page_libraries` (needs npm).

They lie in the package beside their licences; `source.json` says where each is from, and the SHA-256 of each file.
"""

import hashlib
import json
import shutil
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.npm_archive import fetched

TARGET = Path(__file__).parents[1] / "src/stt/web/vendor"


@dataclass(frozen=True)
class Library:
    """A package of npm, and what is taken of it: paths in its archive, and where they go."""

    name: str
    version: str
    licence: str
    sha512: str
    files: dict[str, str]


LIBRARIES = (
    Library(
        "lit-html",
        "3.3.3",
        "BSD-3-Clause",
        "el8M6jK2o3RXBnrSHX3ZKrsN8zEV63pSExTO1wYJz7QndGYZ8353e2a5PPX+qHe2aGayfnchQmkAojaWAREOIA==",
        {
            "LICENSE": "LICENSE",
            "lit-html.js": "lit-html.js",
            "directive.js": "directive.js",
            "directive-helpers.js": "directive-helpers.js",
            "directives/live.js": "directives/live.js",
            "directives/repeat.js": "directives/repeat.js",
        },
    ),
    Library(
        "idb-keyval",
        "6.3.0",
        "Apache-2.0",
        "um+2dgAWmYsu615EXpWVwSmapJhON0G43t3Ka/EVaohzPQXSMqKEqeDK/oIW3Ow+BXaF2PvSc+oBTFp793A5Ow==",
        {"LICENCE": "LICENCE", "dist/index.js": "idb-keyval.js"},
    ),
)


def unpack(library: Library, archive: Path, target: Path) -> dict[str, object]:
    """Take the files out; returns the entry in `source.json`."""
    sums = {}
    with tarfile.open(archive) as content:
        for inside, name in library.files.items():
            member = content.extractfile(f"package/{inside}")
            assert member is not None, inside
            body = member.read()
            place = target / library.name / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(body)
            sums[f"{library.name}/{name}"] = hashlib.sha256(body).hexdigest()
    return {
        "package": library.name,
        "version": library.version,
        "licence": library.licence,
        "sha512": library.sha512,
        "files": sums,
    }


def main() -> int:
    shutil.rmtree(TARGET, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        sources = [
            unpack(each, fetched(each.name, each.version, each.sha512, Path(folder)), TARGET) for each in LIBRARIES
        ]
    (TARGET / "source.json").write_text(json.dumps(sources, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
