"""Archives of packages from the registry that npm is set up for."""

import base64
import hashlib
import subprocess
from pathlib import Path


def fetched(name: str, version: str, sha512: str, folder: Path) -> Path:
    """The archive of a package, in `folder`; raises `ValueError` where it is not the one that was looked at.

    `sha512` is in base64, as the registry states it.
    """
    command = ["npm", "pack", f"{name}@{version}", "--silent"]
    output = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    archive = folder / output.split()[-1]
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != sha512:
        raise ValueError(f"{archive.name} has the SHA-512 {found}, not {sha512}.")
    return archive
