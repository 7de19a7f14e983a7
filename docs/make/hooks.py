"""What MkDocs does beside its plugins: pages from the top of the repository, and pages that are not there yet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

TOP = Path(__file__).parents[2]
# Documents at the top of the repository, by their name in the site.
ABOVE = {"readme.md": "README.md", "contributing.md": "CONTRIBUTING.md", "changelog.md": "CHANGELOG.md"}
COPIED = ("CITATION.cff",)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Leave pages out of the navigation that are not there."""
    config.nav = [
        {name: [page for page in pages if _is_there(page)]} for part in config.nav or [] for name, pages in part.items()
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the documents at the top, with their links as seen from docs/."""
    for name, source in ABOVE.items():
        files.append(File.generated(config, name, content=within_docs((TOP / source).read_text(encoding="utf-8"))))
    for name in COPIED:
        files.append(File.generated(config, name, abs_src_path=str(TOP / name)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Turn links to documents at the top into links within the site."""
    return within_docs(markdown)


def within_docs(text: str) -> str:
    """Return a document with its links as they are in the site."""
    text = re.sub(r"\]\(docs/", "](", text)
    for name, source in ABOVE.items():
        text = re.sub(rf"\]\((?:\.\./)?{re.escape(source)}(?=[)#])", f"]({name}", text)
    return text


def _is_there(entry: str | dict[str, str]) -> bool:
    (page,) = entry.values() if isinstance(entry, dict) else (entry,)
    return page in ABOVE or (TOP / "docs" / page).exists()
