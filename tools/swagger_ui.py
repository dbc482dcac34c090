"""Fetches the files of Swagger UI that the service's /docs shows: `python -m tools.swagger_ui`, which needs npm.

They lie compressed in the package, with their licences and where they are from.
"""

import base64
import gzip
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "5.35.0"
SHA512 = "U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ=="
"""Of the archive, in base64, as the package's registry states it."""
COMPRESSED = ("swagger-ui-bundle.js", "swagger-ui.css")
LICENCES = ("LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt")
TARGET = Path(__file__).parents[1] / "src/stt/assets/swagger-ui"


def fetch(folder: Path) -> Path:
    """The archive, from the registry that npm is set up for."""
    command = ["npm", "pack", f"swagger-ui-dist@{VERSION}", "--silent"]
    name = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.split()[-1]
    return folder / name


def unpack(archive: Path, target: Path) -> None:
    """Take the files out; raises `ValueError` where the archive is not the one that was looked at."""
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != SHA512:
        raise ValueError(f"{archive.name} has the SHA-512 {found}, not {SHA512}.")
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
        unpack(fetch(Path(folder)), TARGET)
    return 0


if __name__ == "__main__":
    sys.exit(main())
