"""Fetches the files of Swagger UI that the service's /docs shows: `python -m tools.swagger_ui`, which needs npm.

They lie compressed in the package, with their licences and where they are from.
"""

import gzip
import json
import sys
import tarfile
import tempfile
from pathlib import Path

from tools.npm_archive import fetched

VERSION = "5.35.0"
SHA512 = "U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ=="
"""Of the archive, in base64, as the package's registry states it."""
COMPRESSED = ("swagger-ui-bundle.js", "swagger-ui.css")
LICENCES = ("LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt")
TARGET = Path(__file__).parents[1] / "src/stt/assets/swagger-ui"


def unpack(archive: Path, target: Path) -> None:
    """Take the files out."""
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as files:
        for name in (*COMPRESSED, *LICENCES):
            member = files.extractfile(f"package/{name}")
            assert member is not None, name
            body = member.read()
            if name in COMPRESSED:
                (target / f"{name}.gz").write_bytes(gzip.compress(body, 9, mtime=0))
            else:
                (target / name).write_bytes(body)
    source = {"package": "swagger-ui-dist", "version": VERSION, "sha512": SHA512}
    (target / "source.json").write_text(json.dumps(source) + "\n")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        unpack(fetched("swagger-ui-dist", VERSION, SHA512, Path(folder)), TARGET)
    return 0


if __name__ == "__main__":
    sys.exit(main())
