"""The background and the teaching page: lesson plans are the chapters' own, every exam
question has a solution, and the results in the solutions are computed anew here.
"""

import functools
import itertools
import json
import math
import re
import statistics
import sys

import pytest
from browsing import SITE, do_without, look
from bs4 import BeautifulSoup

from tools import chapters

sys.path.insert(0, str(chapters.ROOT / "book" / "_ext"))
import lessons
from sphinx.errors import ExtensionError

PAGE = (chapters.ROOT / "book" / "teaching.md").read_text(encoding="utf8")
BACKGROUND = (chapters.ROOT / "book" / "01_background.md").read_text(encoding="utf8")
CLAIM = re.compile(r"\.\./notebooks/(\w+)\.ipynb#(claim-[\w-]+)")
PUBLISHED = [x for x in chapters.in_contents() if x.startswith("notebooks/")]


@functools.cache
def site_page(name: str) -> BeautifulSoup:
    """A page of the built site, parsed."""
    file = SITE / "book" / f"{name}.html"
    if not file.is_file():
        do_without("no site built: run `make book`")
    return BeautifulSoup(file.read_text(encoding="utf8"), "html.parser")


# --- minutes


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("about an hour to read", 60),
        ("three quarters of an hour", 45),
        ("half an hour for one part and a quarter of an hour for the other", 45),
        ("an hour and a half", 90),
        ("two hours", 120),
        ("40 minutes", 40),
        ("less than half a minute", 0.5),
        ("a minute or two", 2),
    ],
)
def test_minutes_are_read_from_words(words, expected):
    assert lessons.minutes(words) == expected


@pytest.mark.parametrize("words", ["a while", "umpteen minutes"])
def test_words_that_name_no_time_are_refused(words):
    with pytest.raises(ValueError):
        lessons.minutes(words)


def test_a_chapter_without_its_times_stops_the_build(tmp_path):
    path = tmp_path / "99_x.ipynb"
    head = "# X\n**You will be able to**\n- a\n\n**You need** b.\n\n**Time** {}"
    for time in ("a while to read, a minute to run.", "about an hour to read."):
        cell = {"cell_type": "markdown", "source": head.format(time)}
        path.write_text(json.dumps({"cells": [cell]}), encoding="utf8")
        with pytest.raises(ExtensionError, match="99_x"):
            lessons.lesson(path)


@functools.cache
def lesson_rows() -> dict[str, list[str]]:
    """The built table: chapter's file → the words of its row."""
    rows = {}
    for row in site_page("teaching").select(".lessons tbody tr"):
        if link := row.select_one("td a"):
            words = [cell.get_text(" ", strip=True) for cell in row.select("td")]
            rows[link["href"].split("/")[-1]] = [x.replace("\xa0", " ") for x in words]
    return rows


def test_the_table_lists_every_chapter_and_no_other():
    names = [f"{document.split('/')[1]}.html" for document in PUBLISHED]
    assert list(lesson_rows()) == names


@pytest.mark.parametrize("document", PUBLISHED)
def test_every_chapter_is_in_the_table_with_its_minutes(document):
    path = chapters.ROOT / f"{document}.ipynb"
    head = chapters.source(chapters.read(path)["cells"][0])
    stated = re.search(r"\*\*Time\*\*(.+)", head, re.DOTALL)[1]
    read, run = re.split(r"[,;]", " ".join(stated.split()), maxsplit=1)
    row = lesson_rows()[f"{path.stem}.html"]
    assert row[1] == f"{lessons.minutes(read)} min"
    assert row[2] and row[2] in run
    seconds = [one["seconds"] for one in chapters.record(path)["runs"]]
    assert row[3] == f"{statistics.median(seconds):.0f} s"


@pytest.mark.parametrize("document", PUBLISHED)
def test_stated_running_times_hold(document):
    """Half as long again as stated is still fair; twice as long is not."""
    one = lessons.lesson(chapters.ROOT / f"{document}.ipynb")
    assert one["seconds"] <= 1.5 * 60 * lessons.minutes(one["run"])


@pytest.mark.parametrize("document", PUBLISHED)
def test_objectives_and_needs_are_shown(document):
    name = f"../{document}.html"
    folds = site_page("teaching").select("details")
    (fold,) = (x for x in folds if (a := x.select_one("p a")) and a["href"] == name)
    assert len(fold.select("li")) >= 3
    assert "Needs" in fold.get_text()


# --- misconceptions


def test_every_misconception_leads_to_its_experiment():
    section = PAGE.split("(misconceptions)=")[1].split("(exam)=")[0]
    items = re.split(r"^\d+\. ", section, flags=re.MULTILINE)[1:]
    assert len(items) >= 15
    assert [item for item in items if not item.startswith('**"')] == []
    assert [item for item in items if not CLAIM.search(item)] == []


# --- exam


def questions(text: str) -> dict[int, tuple[str, str]]:
    """Number → (question, solution) as written; '' where there is no solution."""
    exam = text.split("(exam)=")[1].split("(adapt)=")[0]
    parts = re.split(r"^### Question (\d+): .+$", exam, flags=re.MULTILINE)[1:]
    found = {}
    for number, body in zip(parts[::2], parts[1::2], strict=True):
        asked, _, answer = body.partition(":::{dropdown} Solution\n")
        found[int(number)] = asked.strip(), answer.split("\n:::")[0].strip()
    return found


EXAM = questions(PAGE)


def unsolved(exam: dict[int, tuple[str, str]]) -> list[int]:
    """Questions that ask nothing or whose solution says too little."""
    return [
        number
        for number, (asked, answer) in exam.items()
        if len(asked.split()) < 10 or len(answer.split()) < 20
    ]


def test_every_question_has_a_solution():
    assert list(EXAM) == list(range(1, len(EXAM) + 1)) and len(EXAM) >= 12
    assert unsolved(EXAM) == []


def test_a_question_without_a_solution_is_found():
    start = PAGE.index(":::{dropdown} Solution")
    stop = PAGE.index("\n:::", start) + len("\n:::")
    assert unsolved(questions(PAGE[:start] + PAGE[stop:])) == [1]


def lstm(d: int, n: int) -> int:
    """Parameters of an LSTM, gate by gate."""
    return sum(d * n + n * n + n for _ in ("input", "forget", "candidate", "output"))


def gru(d: int, n: int) -> int:
    """Parameters of Keras's GRU, whose parts have two biases each."""
    return sum(d * n + n * n + 2 * n for _ in ("update", "reset", "candidate"))


def paths(label: str, frames: int) -> list[str]:
    """Every CTC path of a and blanks that is read as the label."""
    every = map("".join, itertools.product("a-", repeat=frames))
    return [
        path
        for path in every
        if "".join(k for k, _ in itertools.groupby(path)).replace("-", "") == label
    ]


def backwards() -> list[float]:
    """Question 7 by central differences, and its states."""

    def states(w, u):
        h1 = math.tanh(w)
        return h1, math.tanh(u * h1)

    def slope(dw, du, step=1e-5):
        up, down = (states(1 + s * dw, 1 + s * du)[1] ** 2 / 2 for s in (step, -step))
        return (up - down) / (2 * step)

    h1, h2 = states(1, 1)
    return [h1, h2, h2 * (1 - h2**2), slope(0, 1), slope(1, 0)]


def spread_interval() -> list[float]:
    """Question 14: end of the interval, in old and new deviations, and coverage."""
    normal = statistics.NormalDist()
    end = normal.inv_cdf(0.95)
    return [end, end / 1.6, normal.cdf(end / 1.6) - normal.cdf(-end / 1.6)]


def as_many_parameters() -> int:
    """Question 15: the units of the GRU nearest in size to the LSTM."""
    return min(range(1, 200), key=lambda n: abs(gru(64, n) - lstm(64, 64)))


def digits(values, form: str) -> list[str]:
    """Numbers as a solution writes them."""
    return [format(value, form) for value in values]


FADED = (1 / (1 + math.exp(-1))) ** 50
HALF = 0.5 ** (1 / 50)
UNIFORM_SUM = statistics.fmean(  # a fine grid for the variance of a uniform number
    ((k + 0.5) / 1000 - 0.5) ** 2 for k in range(1000)
)
TRIPLES = 10**6
BEAM = {"Ax": 0.6 * 0.4, "Bx": 0.4 * 0.9, "Ay": 0.6 * 0.3, "Az": 0.18, "By": 0.04}
COMPUTED = {
    1: [f"= {lstm(8, 64)}"],
    2: ["States 2, 1, 4", f"the sum is {5 - 1 + 3}"],
    3: [f"= \\frac1{round(1 / (2 * UNIFORM_SUM))}$", f"= {math.log(27):.3f}"],
    4: digits([(3 + 10) / 8, (3 + 10) / 10, (3 / 3 + 10 / 5) / 2, (3 + 10) / 20], "g"),
    5: [str(len(range(12, 100))), "11 of 12", "leave out 12"],
    6: [
        *digits([0.9**50], ".4f"),
        *digits([1.1**50], ".0f"),
        f"{FADED * 1e7:.1f} \\cdot 10^{{-7}}",
        *digits([HALF], ".4f"),
        *digits([math.log(HALF / (1 - HALF))], ".2f"),
    ],
    7: digits(backwards(), ".3f"),
    8: digits([math.exp(0.05)], ".2f"),
    9: digits([(2 * TRIPLES - 1) / (3 * TRIPLES - 1) * math.log(2)], ".3f"),
    10: [
        f"= {(4 * 8 + 3 * 0 + 1 * 16) / 8:g}$",
        f"= {(4 * 8 + 3 * 0) / 7:.2f}$",
        f"is {(4 * 8 + 3 * 0) / 8:g}",
    ],
    11: [f"finds {max(BEAM, key=BEAM.get)}", *digits([BEAM["Ax"], BEAM["Bx"]], ".2f")],
    12: [
        *paths("aa", 4),
        "Five" if len(paths("aa", 4)) == 5 else "?",
        f"{len(paths('aa', 4)) / 2**4:.4f}",
        f"(c) {next(n for n in range(9) if paths('aa', n))}",
    ],
    14: digits(spread_interval(), ".3f"),
    15: [
        f"of {as_many_parameters()} units has {gru(64, as_many_parameters())}",
        f"= {lstm(64, 64)}",
    ],
    16: [f"= {math.log2(1024):g}"],
}


@pytest.mark.parametrize("number", COMPUTED)
def test_numbers_of_a_solution(number):
    answer = EXAM[number][1]
    assert [words for words in COMPUTED[number] if words not in answer] == []


def test_solutions_open_by_keyboard(load):
    tab = load("book/teaching.html")
    look(tab, width=390)
    folds = tab.locator("details:has(summary:has-text('Solution'))")
    assert folds.count() == len(EXAM)
    for index in (0, len(EXAM) - 1):
        fold = folds.nth(index)
        assert fold.get_attribute("open") is None
        fold.locator("summary").focus()
        tab.keyboard.press("Enter")
        assert fold.get_attribute("open") is not None
        assert fold.locator("p").first.is_visible()
    tab.close()


def test_the_lines_for_a_students_copy(tmp_path, monkeypatch):
    (code,) = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)
    source, target = re.findall(r'"([\w./]+\.ipynb)"', code)
    folder = tmp_path / "notebooks"
    folder.mkdir()
    original = chapters.NOTEBOOKS / source
    (folder / source).write_bytes(original.read_bytes())
    monkeypatch.chdir(folder)
    exec(code, {})
    before, after = chapters.read(original), chapters.read(folder / target)
    kept = [cell["id"] for cell in after["cells"]]
    dropped = [cell for cell in before["cells"] if cell["id"] not in kept]
    assert len(dropped) >= 3
    assert all("solution" in chapters.tags(cell) for cell in dropped)
    assert not any("solution" in chapters.tags(cell) for cell in after["cells"])


# --- background


def test_the_lamp_by_hand():
    rows = re.findall(r"^\| \d \|(.+)\|$", BACKGROUND, re.MULTILINE)
    numbers = [[int(x.replace("−", "-")) for x in row.split("|")] for row in rows]
    speakers = {"A": (1, -1, 0, 0), "B": (-1, 1, 0, 0)}
    for column, inputs in zip((0, 3), speakers.values(), strict=True):
        h = -1
        for row, x in zip(numbers, inputs, strict=True):
            total = 2 * x + h
            h = 1 if total > 0 else -1
            assert row[column : column + 3] == [x, total, h]
    assert sorted(speakers["A"]) == sorted(speakers["B"])
    assert speakers["A"][-2:] == speakers["B"][-2:]


def test_the_lamp_with_tanh_holds():
    """'Weights of 4 and 2 still work': after any word, and then for long."""
    for h, x in itertools.product((-0.95, 0.95), (1, -1)):
        h = math.tanh(4 * x + 2 * h)
        for _ in range(1000):
            h = math.tanh(2 * h)
        assert h * x > 0.9


def test_every_use_has_its_picture_and_a_chapter():
    cards = site_page("01_background").select(".sd-card")
    titles = {card.select_one(".sd-card-title").get_text(strip=True) for card in cards}
    assert titles == {
        *("Classification", "Language modelling", "Text generation", "Music", "Video"),
        *("Machine translation", "Summarisation", "Speech", "Handwriting"),
        *("Time series", "Stock prices", "Image captioning"),
    }
    for card in cards:
        assert len(card.select_one("svg[role=img]")["aria-label"]) > 30
        links = [a["href"].split("#")[0] for a in card.select("a") if "href" in a.attrs]
        assert any(f"{x}.html" in link for link in links for x in PUBLISHED)


def test_the_landing_page_leads_to_a_trained_network():
    page = site_page("index")
    links = [a["href"] for a in page.select("article a[href]")]
    assert "#ten-minutes-to-a-trained-network" in links
    assert page.find(id="ten-minutes-to-a-trained-network")
    (walk,) = (x for x in links if "03_rnn_or_lstm.html#a-walk" in x)
    target, anchor = walk.split("#")
    chapter = (SITE / "book" / target).resolve().read_text(encoding="utf8")
    assert f'id="{anchor}"' in chapter
    (download,) = (x for x in links if x.endswith("03_rnn_or_lstm.ipynb"))
    assert chapters.read((SITE / "book" / download).resolve())
