"""The errata page: every mistake once, with who says it, what is right and a link to a
place that exists; counts are those of the entries; no sentence of a source is copied.

`problems` reads a page's text, so that the tests below can also be given a wrong one.
"""

import functools
import re
from html import unescape

import pytest
from browsing import do_without

from tools import chapters, papers

PAGE = chapters.ROOT / "book" / "errata.md"
TEXT = PAGE.read_text(encoding="utf8")
BUILT = chapters.ROOT / "_build" / "html" / "book" / "errata.html"
LISTED = [f"E{number:02}" for number in range(1, 59)]  # tests/debts.yaml has the same
LINES = {"S0": 59, "S1": 89, "S2": 195, "S3": 260, "S4": 69}  # of each source

BLOCK = re.compile(r"^:::\{erratum\} (\S+)\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"^:(\w+): (.*)\n", re.MULTILINE)
LINK = re.compile(r"\[[^\[\]]+\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef]{12,}")


def entries(text: str) -> list[dict]:
    """Every entry: its id, `from`, `see`, what is said, what is right."""
    found = []
    for name, block in BLOCK.findall(text):
        said, _, right = OPTION.sub("", block).strip().partition("\n\n")
        options = dict(OPTION.findall(block))
        found.append({"id": name, "said": said, "right": right, **options})
    return found


def sources(entry: dict) -> dict[str, list[int]]:
    """Who says it, and in which lines."""
    parts = [part.split() for part in entry.get("from", "").split(",")]
    return {part[0]: [int(line) for line in part[1:]] for part in parts if part[1:]}


@functools.cache
def anchors(document: str) -> set[str] | None:
    """The places a link may name in a chapter or page; None when there is none such."""
    notebook = chapters.ROOT / f"{document}.ipynb"
    if notebook.is_file():
        known = chapters.read(notebook)
        told = "\n".join(papers.texts(document))
        return set(chapters.claims(known)) | headings(told)
    page = chapters.ROOT / f"{document}.md"
    return headings(page.read_text(encoding="utf8")) if page.is_file() else None


def headings(text: str) -> set[str]:
    """Anchors of a text's headings."""
    found = re.findall(r"^#{1,4} (.+)$", FENCED.sub("", text), re.MULTILINE)
    return {re.sub(r"[^a-z0-9]+", "-", x.lower()).strip("-") for x in found}


def targets(entry: dict) -> list[tuple[str, str]]:
    """Document and anchor of every link of an entry inside the book."""
    found = []
    for one in filter(None, entry.get("see", "").split(",")):
        document, _, anchor = one.strip().partition("#")
        found.append((document if "/" in document else f"notebooks/{document}", anchor))
    for address in LINK.findall(entry["right"]):
        path, _, anchor = address.partition("#")
        path = re.sub(r"\.(ipynb|md)$", "", path.removeprefix("../"))
        if path and not re.match(r"https?:", path):
            found.append((path if "/" in path else f"book/{path}", anchor))
    return found


def problems(text: str) -> list[str]:
    """All that is wrong with a page of errata."""
    found, here = [], entries(text)
    names = [entry["id"] for entry in here]
    for one in (one for one in set(names) if names.count(one) > 1):
        found.append(f"{one} stands {names.count(one)} times")
    found += [f"{one} is missing" for one in LISTED if one not in names]
    beyond = sorted(set(names) - set(LISTED))
    if beyond != [f"E{number}" for number in range(59, 59 + len(beyond))]:
        found.append("the ids after E58 have a gap")
    if len(beyond) < 15:
        found.append("fewer than 15 beyond the list")
    for entry in here:
        found += [f"{entry['id']}: {one}" for one in faults(entry)]
    found += [f"copied: {run}" for run in CHINESE.findall(text)]
    return found


def faults(entry: dict) -> list[str]:
    """All that is wrong with one entry."""
    found, said = [], sources(entry)
    if not said or set(said) - set(LINES):
        found.append("no source")
    for who in set(said) & set(LINES):
        if not all(1 <= line <= LINES[who] for line in said[who]):
            found.append(f"{who} has no such line")
    if len(entry["said"].split()) < 4:
        found.append("does not say what is said")
    if len(entry["right"].split()) < 8:
        found.append("does not say what is right")
    if not targets(entry):
        found.append("no link into the book")
    for document, anchor in targets(entry):
        known = anchors(document)
        if known is None or anchor and anchor not in known:
            found.append(f"no {document}#{anchor}")
    return found


def test_every_entry_is_complete():
    assert problems(TEXT) == []


def test_history_leads_to_the_corrected_history():
    """These are told at length there."""
    told = ["E07", "E08", "E15", "E16", "E17", "E23", "E31", "E49", "E50", "E58"]
    history = (chapters.ROOT / "book" / "04_related_work.md").read_text(encoding="utf8")
    for entry in (one for one in entries(TEXT) if one["id"] in told):
        assert ("book/04_related_work", "often-told-wrongly") in targets(entry)
        assert f"({entry['id']})" in history


# --- the check itself, on pages with one thing wrong


def entry_text(name: str) -> str:
    """An entry as it stands on the page."""
    return next(found[0] for found in BLOCK.finditer(TEXT) if found[1] == name)


def changed(name: str, pattern: str, other: str) -> str:
    """The page with one entry changed."""
    block = entry_text(name)
    wrong = re.sub(pattern, lambda _: other, block, count=1, flags=re.DOTALL)
    assert wrong != block, "nothing was changed"
    return TEXT.replace(block, wrong)


@pytest.mark.parametrize(
    ("name", "pattern", "other", "problem"),
    [
        ("E05", ".*", "", "E05 is missing"),
        ("E60", ".*", "", "the ids after E58 have a gap"),
        ("E07", "^", entry_text("E05") + "\n", "E05 stands 2 times"),
        ("E05", r":from: [^\n]+\n", "", "E05: no source"),
        ("E05", "S0", "S7", "E05: no source"),
        ("E05", "S0 54", "S0 540", "E05: S0 has no such line"),
        ("E05", r"\n\n.*\n:::", "\n\nNo.\n:::", "E05: does not say what is said"),
        ("E02", r"\n\nText.*\n:::", "\n\nNo.\n:::", "E02: does not say what is right"),
        ("E05", r":see: [^\n]+\n", "", "E05: no link into the book"),
        (
            "E05",
            "#three-gates",
            "#four-gates",
            "E05: no notebooks/06_3_lstm#four-gates",
        ),
        ("E06", "#claim-clipping", "#claim-magic", "E06: no notebooks/06_2_"),
        ("E06", "06_2_v[a-z_]+.ipynb", "06_9.ipynb", "E06: no notebooks/06_9#claim"),
        ("E64", "book/faq#are", "book/fax#are", "E64: no book/fax#are"),
        (
            "E29",
            "step",
            "循环神经网络是一种神经网络",
            "copied: 循环神经网络是一种神经网络",
        ),
    ],
)
def test_what_is_wrong_is_noticed(name, pattern, other, problem):
    found = problems(changed(name, pattern, other))
    assert any(one.startswith(problem) for one in found), found


def test_too_few_beyond_the_list_are_noticed():
    text = TEXT
    for number in range(70, 100):
        block = [one for one in BLOCK.finditer(TEXT) if one[1] == f"E{number}"]
        text = text.replace(block[0][0], "") if block else text
    assert problems(text) == ["fewer than 15 beyond the list"]


# --- the built page


@pytest.fixture(scope="module")
def built() -> str:
    """The page of the site."""
    if not BUILT.is_file():
        do_without("no site built: run `make book`")
    return BUILT.read_text(encoding="utf8")


def shown(page: str) -> dict[str, int]:
    """The counts a reader sees, by what they count."""
    all_ = re.search(r"This page holds .*?(\d+)", page)[1]
    listed, beyond = re.findall(r'<span class="errata-count">(\d+)</span>', page)[1:3]
    rows = r'<p>(S\d)</p></td>.*?<span class="errata-count">(\d+)</span>'
    found = {who: int(count) for who, count in re.findall(rows, page, re.DOTALL)}
    return {"all": int(all_), "listed": int(listed), "beyond": int(beyond), **found}


def test_counts_are_those_of_the_entries(built):
    here = entries(TEXT)
    wanted = {who: sum(who in sources(one) for one in here) for who in LINES}
    wanted |= {
        "all": len(here),
        "listed": len(LISTED),
        "beyond": len(here) - len(LISTED),
    }
    assert shown(built) == wanted
    assert not re.search(r"\d+ (corrections|mistakes|entries)", TEXT), "a typed count"


def test_every_entry_stands_on_the_page_under_its_id(built):
    cards = re.findall(r'<div class="erratum [^"]*" id="(e\d+)">', built)
    assert cards == [entry["id"].lower() for entry in entries(TEXT)]
    assert len(set(cards)) == len(cards)


def test_line_numbers_are_not_shown(built):
    page = re.sub(r"<form.*?</form>", "", built, flags=re.DOTALL)  # it shows counts
    assert not re.search(r"\bS\d (line )?\d", unescape(re.sub("<[^>]+>", "", page)))


# --- in a browser


@pytest.mark.parametrize("script", [True, False])
def test_errata_are_filtered_without_a_script(browser, address, script):
    """By keyboard, by source and subject; a link to an entry shows it all the same."""
    context = browser.new_context(java_script_enabled=script)
    tab = context.new_page()
    tab.goto(address + "book/errata.html#e05")
    cards = tab.locator(".erratum")
    everything = cards.count()

    def visible() -> list:
        found = cards.filter(visible=True).all()
        message = tab.evaluate(
            "getComputedStyle(document.querySelector('.shown'), '::after').content"
        )
        number = str(len(found)) if found else "None"
        return [len(found), message == f'"{number} of {everything} shown"']

    assert visible() == [everything, True]
    tab.goto(address + "book/errata.html")
    tab.locator("#from-all").focus()
    tab.keyboard.press("ArrowRight")
    assert tab.locator("#from-S0").is_checked()
    of_s0 = tab.locator(".erratum.from-s0").count()
    assert visible() == [of_s0, True]
    tab.locator("#about-history").check()
    assert visible() == [tab.locator("#history .from-s0").count(), True]
    assert not tab.locator("#the-lstm").is_visible()
    tab.goto(address + "book/errata.html#e13")
    assert tab.locator("#e13").is_visible()
    context.close()
