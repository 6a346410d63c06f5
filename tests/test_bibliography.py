"""Papers: every link leads to an entry of references.bib and agrees with it on who and
when; every entry says where the paper is; the bibliography and the timeline show them.
"""

import itertools
import re
from html import unescape

import pytest
from test_site import do_without

from tools import chapters, papers

KNOWN = papers.entries()
INDEX = papers.index(KNOWN)
SITE = chapters.ROOT / "_build" / "html" / "book"


def told_wrongly(said: str, url: str) -> str | None:
    """What is wrong with a link to a paper; None when it agrees with its entry."""
    found = {INDEX[name] for name in papers.names(url) if name in INDEX}
    if len(found) != 1:
        return "no entry of references.bib has this address"
    return papers.disagreement(said, KNOWN[found.pop()])


@pytest.mark.parametrize("document", papers.documents())
def test_links_to_papers_match_their_entries(document):
    wrong = [
        f"[{said}]({url}): {problem}"
        for said, url in papers.links(document)
        if papers.leads_to_a_paper(said, url) and (problem := told_wrongly(said, url))
    ]
    assert wrong == []


@pytest.mark.parametrize("document", papers.documents())
def test_cited_keys_have_entries(document):
    assert papers.keys(document) - set(KNOWN) == set()


@pytest.mark.parametrize("key", KNOWN)
def test_entry_is_complete(key):
    entry = KNOWN[key]
    fields = entry.fields
    assert entry.persons.get("author"), "no authors"
    assert re.fullmatch(r"(19|20)\d\d", fields["year"])
    assert fields["title"]
    homes = {"journal", "booktitle", "school", "institution"} & set(fields)
    assert homes or entry.type == "misc" and "eprint" in fields, "published nowhere"
    assert papers.names_of(entry), "neither DOI nor arXiv id nor address"
    if "doi" in fields:
        assert re.fullmatch(r"10\.\d{4,5}/\S+", fields["doi"])
    if "eprint" in fields:
        assert re.fullmatch(r"\d{4}\.\d{4,5}", fields["eprint"])
        assert fields["archiveprefix"] == "arXiv"
        late = int(fields["year"]) - papers.first_public(entry)
        assert 0 <= late <= 2, "years between preprint and publication"
    if "url" in fields:
        assert re.match(r"https://\S+$", fields["url"])
    first = papers.surname(entry.persons["author"][0])
    assert key.startswith(plain(first) + fields["year"]), "key: family name and year"


def plain(name: str) -> str:
    """A family name as keys write it: no particles, accents or capitals."""
    last = name.split()[-1].lower()
    return last.translate(str.maketrans("áéíóúüöäćčñ", "aeiouuoaccn"))


def test_no_paper_is_listed_twice():
    for one, other in itertools.combinations(KNOWN, 2):
        shared = papers.names_of(KNOWN[one]) & papers.names_of(KNOWN[other])
        assert not shared, f"{one} and {other} share {shared}"


# --- the check itself


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("Cho et al. (2014)", None),
        ("Cho and others, 2014", None),
        ("translation model", None),
        ("preprint", None),
        ("Cho et al. (2015)", "the year is 2014"),
        ("Chung et al. (2014)", "the authors are Cho"),
        ("Cho and Bengio (2014)", "the authors are Cho"),
        ("van Merriënboer et al. (2014)", "the authors are Cho"),
    ],
)
def test_what_a_link_may_say(said, problem):
    found = papers.disagreement(said, KNOWN["cho2014"])
    assert found is None if problem is None else found.startswith(problem)


def test_all_authors_or_et_al():
    gers = KNOWN["gers2000forget"]
    assert papers.disagreement("Gers, Schmidhuber and Cummins (2000)", gers) is None
    assert "3 authors" in papers.disagreement("Gers and Schmidhuber (2000)", gers)
    two = KNOWN["hochreiter1997"]
    assert "'et al.'" in papers.disagreement("Hochreiter et al. (1997)", two)


def test_an_entry_can_be_linked_by_each_of_its_names():
    ways = [
        "https://doi.org/10.3115/v1/D14-1179",
        "https://aclanthology.org/D14-1179/",
        "https://arxiv.org/abs/1406.1078v1",
        "https://arxiv.org/pdf/1406.1078.pdf",
        "https://doi.org/10.48550/arXiv.1406.1078",
    ]
    assert all(told_wrongly("Cho et al. (2014)", url) is None for url in ways)
    assert told_wrongly("Cho et al. (2014)", "https://arxiv.org/abs/1406.1079")
    reprint = "https://doi.org/10.1016/S0166-4115%2897%2980111-2"
    assert told_wrongly("Jordan (1986)", reprint) is None
    assert told_wrongly("reprinted 1997", reprint) is None


def test_an_unknown_paper_fails():
    assert told_wrongly("Nobody (2020)", "https://arxiv.org/abs/2001.00001")
    assert papers.leads_to_a_paper("Nobody (2020)", "https://example.org/paper")
    assert not papers.leads_to_a_paper("the issue", "https://github.com/a/b/issues/1")


def test_links_are_found_where_they_stand(monkeypatch):
    text = (
        "[A [b] (2014)](https://arxiv.org/abs/1409.0473), [over\n"
        'lines](https://doi.org/10.1/x), <a class="x" href="https://doi.org/10.1/y">T</a>'
        " {cite:t}`cho2014` {cite:p}`gu2016, gu2022`"
    )
    monkeypatch.setattr(papers, "texts", lambda document: [text])
    assert papers.links("any") == [
        ("A [b] (2014)", "https://arxiv.org/abs/1409.0473"),
        ("over lines", "https://doi.org/10.1/x"),
        ("T", "https://doi.org/10.1/y"),
    ]
    assert papers.keys("any") == {"cho2014", "gu2016", "gu2022"}


# --- the pages


def test_the_bibliography_lists_all():
    page = (chapters.ROOT / "book" / "bibliography.md").read_text(encoding="utf8")
    assert "```{bibliography}\n:all:\n" in page


def built(name: str) -> str:
    """A page of the built site."""
    page = SITE / f"{name}.html"
    if not page.is_file():
        do_without("no site built: run `make book`")
    return page.read_text(encoding="utf8")


def test_every_entry_stands_on_the_built_page_with_its_chapters():
    page = built("bibliography")
    items = dict(re.findall(r'<li id="paper-([\w-]+)">(.*?)</li>', page, re.DOTALL))
    assert set(items) == set(KNOWN)
    listed = set(chapters.in_contents())
    cites = {one: papers.cited(one, KNOWN) for one in papers.documents()}
    for key, entry in KNOWN.items():
        assert papers.address(entry) in unescape(items[key]), key
        for document in (one for one in listed & set(cites) if key in cites[one]):
            assert f"{document.split('/')[1]}.html" in items[key], (key, document)


def test_citations_read_as_in_the_notebooks():
    page = built("04_related_work")
    link = (
        r'<a class="reference internal" href="bibliography.html#paper-{}"[^>]*>{}</a>'
    )
    assert re.search(link.format("elman1990", r"Elman \(1990\)"), page)
    assert re.search(link.format("cho2014", r"Cho <em>et al\.</em> \(2014\)"), page)


def test_the_timeline_shows_every_event_twice_and_lists_it():
    """Once for a wide page, once for a phone, once with links; with words for both."""
    page = built("04_related_work")
    figure = re.search(r'<div class="timeline" role="img" aria-label="(.*?)">', page)
    for event in papers.timeline():
        what = event["what"]
        assert page.count(f'<tspan class="what">{what}</tspan>') == 2, what
        assert what in unescape(figure[1])
        assert f"</strong> {what}: " in page, what
        assert event["thread"] in ("training", "cells", "uses", "beyond")
