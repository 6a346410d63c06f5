"""Ids and links of HTML pages, and which of the links lead nowhere."""

import pathlib
import urllib.parse
from html.parser import HTMLParser


class Links(HTMLParser):
    """The ids, and the links, of one page."""

    def __init__(self, page: pathlib.Path):
        super().__init__()
        self.ids, self.links = set(), []
        self.feed(page.read_text(encoding="utf8"))

    def handle_starttag(self, tag, attributes):
        """Collect."""
        found = dict(attributes)
        self.ids.add(found.get("id") or found.get("name"))
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])


def dead_links(pages: dict[pathlib.Path, Links]) -> list[str]:
    """Links of pages to files that are not there, or to places that a page lacks."""
    dead = []
    for page, links in pages.items():
        for link in links.links:
            parts = urllib.parse.urlparse(link)
            if parts.scheme or parts.netloc:
                continue
            path = urllib.parse.unquote(parts.path)
            target = (page.parent / path).resolve() if path else page
            anchor = urllib.parse.unquote(parts.fragment)
            if not target.exists():
                dead.append(f"{page.name}: {link}")
            elif anchor and target in pages and anchor not in pages[target].ids:
                dead.append(f"{page.name}: {link} (no such place)")
    return dead
