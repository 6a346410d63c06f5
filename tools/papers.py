"""Which papers the book cites, where, and whether a link says what it leads to.

book/references.bib is the one list. A notebook links a paper, `[Cho et al. (2014)](…)`,
so that it reads the same in Colab; a page cites it by key, `{cite:t}`cho2014``.
"""

import pathlib
import re
import urllib.parse

import pybtex.database
import yaml

from tools import chapters

REFERENCES = chapters.ROOT / "book" / "references.bib"
TIMELINE = chapters.ROOT / "book" / "timeline.yaml"

LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((https?://[^)\s]+)\)")
ANCHOR = re.compile(r'<a [^>]*href="(https?://[^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
ROLE = re.compile(r"\{cite:[a-z]+\}`([^`]+)`")
YEAR = re.compile(r"[\s,]*\(?\b((?:19|20)\d\d)[a-z]?\)?$")

PUBLISHERS = (
    "doi.org",
    "arxiv.org",
    "aclanthology.org",
    "jmlr.org",
    "proceedings.mlr.press",
    "proceedings.neurips.cc",
    "papers.neurips.cc",
    "papers.nips.cc",
    "openreview.net",
    "dl.acm.org",
    "ieeexplore.ieee.org",
    "isca-archive.org",
    "link.springer.com",
    "sciencedirect.com",
    "semanticscholar.org",
    "nature.com",
    "pnas.org",
    "idsia.ch",
)


def entries() -> dict[str, pybtex.database.Entry]:
    """Key → entry, in the order of the file."""
    return dict(pybtex.database.parse_file(str(REFERENCES), "bibtex").entries)


# --- what identifies a paper


def names(url: str) -> set[str]:
    """The names of the paper at an address: its DOI, arXiv id, ACL id or place."""
    parts = urllib.parse.urlparse(urllib.parse.unquote(url))
    host = parts.netloc.lower().removeprefix("www.").removeprefix("dx.")
    path = parts.path.strip("/")
    if host == "doi.org":
        return of_doi(path)
    if host.endswith("arxiv.org"):
        found = re.search(r"(\d{4}\.\d{4,5})", path)
        return {f"arxiv:{found[1]}"} if found else set()
    if host == "aclanthology.org":
        return {f"acl:{path.removesuffix('.pdf').upper()}"}
    place = re.sub(r"\.(html?|pdf)$", "", path)
    return {f"at:{host}/{place}" + (f"?{parts.query}" if parts.query else "")}


def of_doi(doi: str) -> set[str]:
    """A DOI, and what it says beside: an arXiv id or a place in the ACL Anthology."""
    found = {f"doi:{doi.lower()}"}
    if match := re.fullmatch(r"10\.48550/arxiv\.(.+)", doi, re.IGNORECASE):
        found.add(f"arxiv:{match[1]}")
    if match := re.fullmatch(r"10\.(?:18653|3115)/v1/(.+)", doi):
        found.add(f"acl:{match[1].upper()}")
    return found


def names_of(entry: pybtex.database.Entry) -> set[str]:
    """Every name an entry can be linked by."""
    fields = entry.fields
    found = of_doi(fields["doi"]) if "doi" in fields else set()
    if "eprint" in fields:
        found.add(f"arxiv:{fields['eprint']}")
    if "url" in fields:
        found |= names(fields["url"])
    return found


def address(entry: pybtex.database.Entry) -> str:
    """Where to read it: the DOI before arXiv before any other place."""
    fields = entry.fields
    if "doi" in fields:
        return "https://doi.org/" + urllib.parse.quote(fields["doi"], safe="/:;")
    if "eprint" in fields:
        return f"https://arxiv.org/abs/{fields['eprint']}"
    return fields["url"]


def first_public(entry: pybtex.database.Entry) -> int:
    """The year a paper became public: of its preprint, where that came first."""
    year = int(entry.fields["year"])
    preprint = entry.fields.get("eprint")
    return min(year, 2000 + int(preprint[:2])) if preprint else year


# --- what a document cites


def texts(document: str) -> list[str]:
    """A page's text, or the Markdown cells of a notebook."""
    notebook = chapters.ROOT / f"{document}.ipynb"
    if notebook.is_file():
        cells = chapters.read(notebook)["cells"]
        return [chapters.source(x) for x in cells if x["cell_type"] == "markdown"]
    return [(chapters.ROOT / f"{document}.md").read_text(encoding="utf8")]


def links(document: str) -> list[tuple[str, str]]:
    """Every external link as (text, address)."""
    found = []
    for text in texts(document):
        found += [(" ".join(said.split()), url) for said, url in LINK.findall(text)]
        found += [(" ".join(said.split()), url) for url, said in ANCHOR.findall(text)]
    return found


def keys(document: str) -> set[str]:
    """The keys a page cites by role, and those of the timeline where it shows it."""
    found = set()
    for text in texts(document):
        for role in ROLE.findall(text):
            found |= {key.strip() for key in role.split(",")}
        if re.search(r"^```\{timeline\}", text, re.MULTILINE):
            found |= {event["paper"] for event in timeline()}
    return found


def cited(document: str, known: dict[str, pybtex.database.Entry]) -> set[str]:
    """The entries a document cites, by role or by link."""
    by_name = index(known)
    linked = {by_name.get(n) for _, url in links(document) for n in names(url)}
    return (keys(document) | linked) & set(known)


def index(known: dict[str, pybtex.database.Entry]) -> dict[str, str]:
    """Name of a paper → key of its entry."""
    return {name: key for key, entry in known.items() for name in names_of(entry)}


def timeline() -> list[dict]:
    """The events of the history page, as its author listed them."""
    return yaml.safe_load(TIMELINE.read_text(encoding="utf8"))["events"]


# --- what a link says


def leads_to_a_paper(said: str, url: str) -> bool:
    """Whether a link is to a paper: by its host, or because it reads like one."""
    host = urllib.parse.urlparse(url).netloc.lower()
    known = any(host == one or host.endswith(f".{one}") for one in PUBLISHERS)
    return known or bool(re.match(r"[A-Z].*\(?(19|20)\d\d\)?$", said))


def surname(person: pybtex.database.Person) -> str:
    """A family name with its particle: van den Oord."""
    return " ".join([*person.prelast_names, *person.last_names])


def disagreement(said: str, entry: pybtex.database.Entry) -> str | None:
    """What a link's text has against the entry it leads to; None when they agree."""
    said = re.sub(r"[*_$]", "", said).replace(r"\beta", "β").strip()
    years = {entry.fields["year"], entry.fields.get("reprint")}
    if found := YEAR.search(said):
        if found[1] not in years:
            return f"the year is {entry.fields['year']}"
        said = said[: found.start()].strip()
    aliases = {entry.fields["title"], entry.fields.get("shorttitle", "")}
    plain = {re.sub(r"[{}]", "", one).casefold() for one in aliases}
    if not said or said.casefold() in plain:
        return None
    return names_disagree(said, [surname(person) for person in entry.persons["author"]])


def names_disagree(said: str, authors: list[str]) -> str | None:
    """Compare `A, B and C`, `A et al.` or `A and others` with the list of authors."""
    few = re.fullmatch(r"(.+?) (?:et al\.|and others)", said)
    if few and len(authors) < 3:
        return f"'et al.' for {len(authors)} authors"
    told = [few[1]] if few else re.split(r", and |, | and ", said)
    pairs = zip(told, authors, strict=False)
    if all(same(one, author) for one, author in pairs):
        if few or len(told) == len(authors):
            return None
        return f"it has {len(authors)} authors"
    if said == said.lower():  # 'preprint', 'translation model': no name to compare
        return None
    return f"the authors are {', '.join(authors)}"


def same(told: str, author: str) -> bool:
    """Whether a name is the author's, with or without given names before it."""
    return told == author or told.endswith(f" {author}")


def documents() -> list[str]:
    """Every notebook and page, whether or not it is in the contents yet."""
    found = [*chapters.notebooks(), *sorted((chapters.ROOT / "book").glob("*.md"))]
    return [
        str(pathlib.Path(x).relative_to(chapters.ROOT).with_suffix("")) for x in found
    ]
