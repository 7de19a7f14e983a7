"""What of a page is still English."""

import re

from lxml import html

# Three words in a row; names of detectors, edges and formats are shorter or stand in <code>.
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,][ ]?[a-z]{2,}){2,}")


def english_left(page: bytes) -> set[str]:
    """Return the texts of a page that hold English sentences, apart from code and commands."""
    document = html.fromstring(page.decode("utf-8"))
    for part in document.xpath("//code | //pre | //style | //script"):
        part.drop_tree()
    return {text for text in document.itertext() if ENGLISH.search(text)}
