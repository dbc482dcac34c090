"""A hook of MkDocs: pages of the repository's root are part of the site, and links mean there what they mean in files.

Links are written for readers of the repository, `docs/api.md` in README.md and `../CHANGELOG.md` in docs/. On the site
all pages lie in one tree.
"""

import os.path
import re
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
ROOT_PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSES.md", "SECURITY.md")
LINK = re.compile(r"(?P<open>\]\(\s*)(?P<target>[^)#:\s]+)(?P<rest>(?:#[^)\s]*)?\))")
TEXT_LINK = re.compile(r"\[(?P<text>[^\]\[]*)\]\(\s*(?P<target>[^)#:\s]+)(?:#[^)\s]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Every decision is a page of the explanation, so that a new one need not be written down twice."""
    pages = sorted((ROOT / "docs/decisions").glob("0*.md"))
    decisions = ["decisions/README.md", *(f"decisions/{page.name}" for page in pages)]
    explanation = next(section["Explanation"] for section in config.nav or () if "Explanation" in section)
    explanation.append({"Decisions": decisions})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the root; README.md is where the site begins."""
    for name in ROOT_PAGES:
        files.append(File.generated(config, name, content=(ROOT / name).read_text()))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Links of a page as the site has them; what is no part of it, such as a folder of the source, is a name alone."""
    here = PurePosixPath(page.file.src_uri)
    in_repository = here if here.name in ROOT_PAGES and here.parent == PurePosixPath() else PurePosixPath("docs") / here

    def on_site(match: re.Match[str]) -> str:
        place = _on_site(in_repository, match["target"])
        if place is None:
            return match[0]
        return f"{match['open']}{os.path.relpath(place, here.parent)}{match['rest']}"

    def name_alone(match: re.Match[str]) -> str:
        target = _in_repository(in_repository, match["target"])
        outside = _on_site(in_repository, match["target"]) is None and (ROOT / target).exists()
        return match["text"] if outside else match[0]

    return LINK.sub(on_site, TEXT_LINK.sub(name_alone, markdown))


def _in_repository(page: PurePosixPath, target: str) -> str:
    return os.path.normpath(page.parent / target)


def _on_site(page: PurePosixPath, target: str) -> str | None:
    """Where the target of a link of `page` lies on the site, None if it is no part of it."""
    path = _in_repository(page, target)
    if path in ROOT_PAGES:
        return path
    return path.removeprefix("docs/") if path.startswith("docs/") else None
