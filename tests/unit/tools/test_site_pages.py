"""The documentation as a site."""

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools.site_pages import on_page_markdown

ROOT = Path(__file__).parents[3]


def test_the_site_is_built_strictly_with_every_page_and_decision(tmp_path):
    """Strictly: a link or an anchor that leads nowhere, or a page that is not in the navigation, ends the build."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    for page in (ROOT / "docs").rglob("[!R]*.md"):
        assert (tmp_path / page.relative_to(ROOT / "docs").with_suffix("") / "index.html").exists(), page
    loaded = re.findall(
        r'<(?:link|script|img)[^>]+(?:href|src)="(https?:[^"]+)"', (tmp_path / "index.html").read_text()
    )
    assert not loaded, "the site loads nothing from elsewhere"


@pytest.mark.parametrize(
    ("page", "written", "shown"),
    [
        ("README.md", "[API](docs/api.md#errors)", "[API](api.md#errors)"),
        ("README.md", "![the page](docs/page/start-light.png)", "![the page](page/start-light.png)"),
        ("api.md", "[changes](../CHANGELOG.md)", "[changes](CHANGELOG.md)"),
        ("decisions/0001-available-at.md", "[it](../../README.md)", "[it](../README.md)"),
        ("decisions/0001-available-at.md", "[it](../api.md)", "[it](../api.md)"),
        ("deployment.md", "each is in [.env.example](../.env.example).", "each is in .env.example."),
        ("models.md", "[nowhere](../nowhere.md)", "[nowhere](../nowhere.md)"),
        ("models.md", "[hub](https://example.org/docs/a.md) [above](#sources)", None),
    ],
)
def test_links_of_files_are_links_of_the_site(page, written, shown):
    where = SimpleNamespace(file=SimpleNamespace(src_uri=page))
    assert on_page_markdown(written, where) == (shown or written)
