"""The generator of 11_2: driven as a reader would, its numbers held to Keras's."""

import base64
import re

import numpy as np
import pytest
from browsing import grave, look

from tools import chapters
from tools import explorers as export

PAGE = "notebooks/11_2_text_generation.html"
DATA = export.DATA / "11_2_text_generation.js"
FIRST = (
    'A "for" loop visits the items of a sequence. The name on the left is bound to '
    "each item in turn, and the suite below runs once for every one of them.\n\n"
    'Changed in version 3.14: "del" may now be followed by nothing at all, which '
    "raises \"SyntaxError\"; see the section on [targets] for 'why'."
)
WRITE, READ, GUESS = ".gen-write", ".gen-read", ".gen-guesser"
NUMBERS = r"\d+\.\d+"


@pytest.fixture(scope="module")
def shipped():
    """What the page's model was given, and the Keras model of the same arrays."""
    import keras

    data = export.data(DATA)
    arrays = {}
    for name, one in data["arrays"].items():
        raw = np.frombuffer(base64.b64decode(one["base64"]), one["dtype"])
        arrays[name] = raw.reshape(one["shape"]).astype("float32")
    size, units = arrays["W_hq"].shape[1], data["info"]["units"]
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(size, arrays["e"].shape[1]),
            keras.layers.GRU(units, return_sequences=True),
            keras.layers.Dense(size, activation="softmax"),
        ]
    )
    model.set_weights([arrays[n] for n in ("e", "W_x", "W_h", "b", "W_hq", "b_q")])
    table = {char: k for k, char in enumerate(data["info"]["known"], start=1)}

    def keras_p(text: str):
        """Ids of the text, and p of each of its characters' whole vocabulary."""
        ids = np.array([[table.get(char, 0) for char in "\n\n" + text]])
        return ids[0, 2:], model.predict(ids, verbose=0)[0, 1:]

    return data["info"], keras_p


@pytest.fixture(scope="module")
def tab(load):
    """The page with the explorer open."""
    tab = load(PAGE)
    tab.locator("button.explorer-open").click()
    tab.wait_for_selector(".explorer.is-open")
    yield tab
    tab.close()


@pytest.fixture
def page(tab):
    """The open explorer as it was at first, at a desk."""
    look(tab)
    mode(tab, "write on")
    tab.locator(f"{WRITE} textarea").fill("The value ")
    set_sliders(tab, {"Temperature": "0.7", "Top-k": "12", "Top-p": "1"})
    tab.locator(".gen-seed").fill("0")
    yield tab
    assert tab.book["broken"] == []
    assert tab.book["outside"] == []


def mode(tab, name: str) -> None:
    """Let the model write on, or read a text."""
    tab.get_by_role("radio", name=name).check()


def set_sliders(tab, values: dict[str, str]) -> None:
    """Move sliders of the writer, found by the beginning of their names."""
    for name, value in values.items():
        slider = tab.locator(f'{WRITE} input[type=range][aria-label^="{name}"]')
        slider.fill(value)


def press(tab, name: str, times: int = 1) -> None:
    """Press a button of the writer by its name."""
    for _ in range(times):
        tab.get_by_role("button", name=name, exact=True).click()


def written(tab) -> str:
    """What the model has written, read off the page's characters."""
    parts = tab.locator(f"{WRITE} .gen-text span:not(.gen-begun)").all_text_contents()
    return "".join(parts).replace("↵", "")


def facts(tab, where: str) -> dict[str, str]:
    """The facts shown about the place looked at."""
    names = tab.locator(f"{where} .gen-facts dt").all_inner_texts()
    values = tab.locator(f"{where} .gen-facts dd").all_inner_texts()
    return dict(zip(names, values, strict=True))


def number(text: str) -> float:
    """The first number with a point in a text."""
    return float(re.search(NUMBERS, text)[0])


def bars(tab, where: str) -> list[list[str]]:
    """The cells of the rows of bars: character, model, drawn with."""
    rows = tab.locator(f"{where} .gen-bars tbody tr")
    return rows.evaluate_all(
        "rows => rows.map(r => [...r.cells].map(c => c.innerText.trim()))"
    )


def generate(tab, beginning: str, seed: str, count: int, **settings) -> str:
    """The text that the page's own function gives."""
    settings = {"temperature": 1, "k": 1000, "mass": 1} | settings
    return tab.evaluate(
        "([b, s, seed, n]) => bookExplorers.generator.generate(b, s, seed, n)",
        [beginning, settings, seed, count],
    )


# --- the export


def test_the_notebook_is_cut_and_given_its_parameters():
    """The chapter's own cells up to the training, with the export's settings."""
    settings = export.read(export.EXPORTS / "11_2_text_generation.py")
    notebook = export.shortened(chapters.find("11_2"), settings)
    names = [cell.get("id") for cell in notebook.cells]
    assert names[-3] == settings.STOP and "train-four" not in names
    cells = [c for c in notebook.cells if "tags" in c.metadata]
    given = [c for c in cells if "injected-parameters" in c.metadata.tags]
    steps = settings.PARAMETERS["STEPS"]
    assert len(given) == 1 and f"STEPS = {steps}" in given[0].source
    info = export.data(DATA)["info"]
    assert (info["steps"], info["units"]) == (steps, settings.PARAMETERS["UNITS"])


# --- the numbers


def test_probabilities_are_those_of_keras(page, shipped):
    """All of them, after each character, the state carried over the whole text."""
    assert len(FIRST) > 250
    p = page.evaluate(
        "t => bookExplorers.generator.read(t).slice(1).map(n => [...n.p])", FIRST
    )
    _, wanted = shipped[1](FIRST)
    assert np.shape(p) == wanted.shape
    assert np.abs(np.array(p) - wanted).max() < 1e-3
    assert wanted.max() > 0.9, "a model that is never sure would prove little"


def test_numbers_on_screen_are_those_of_keras(page, shipped):
    ids, p = shipped[1](FIRST)
    bits = -np.log2(p[np.arange(len(ids)), ids])
    mode(page, "read a text")
    page.locator(f"{READ} textarea").fill(FIRST)
    result = page.locator(f"{READ} .gen-result")
    page.wait_for_function(
        "n => document.querySelector('.gen-result').innerText.startsWith(n)",
        arg=str(len(FIRST)),
    )
    shown = number(result.inner_text())
    assert abs(shown - bits.mean()) < 0.005 + 1e-3
    assert f"at {bits.argmax() + 1}, {bits.max():.1f} bits" in result.inner_text()
    page.locator(f"{READ} input[type=range]").fill("250")
    assert abs(number(facts(page, READ)["Its surprise"]) - bits[250]) < 0.01
    entropy = -(p[250] * np.log2(p[250])).sum()
    assert abs(number(facts(page, READ)["Entropy of the model"]) - entropy) < 0.01
    first = bars(page, READ)[0]
    assert abs(number(first[2]) / 100 - p[250, 1:].max()) < 0.0005 + 1e-3


def test_means_by_place_are_of_all_characters(page, shipped):
    ids, p = shipped[1]("Why, an old fox.")
    bits = -np.log2(p[np.arange(len(ids)), ids])
    mode(page, "read a text")
    page.locator(f"{READ} textarea").fill("Why, an old fox.")
    page.wait_for_selector(f"{READ} .gen-result:has-text('16 characters')")
    rows = page.locator(".gen-places tbody tr").all_inner_texts()
    shown = [row.split("\t")[1:] for row in rows]
    assert [count for count, _ in shown] == ["4", "4", "3", "3", "2"]
    first = bits[[0, 5, 8, 12]].mean()
    assert abs(float(shown[0][1]) - first) < 0.01


def test_the_rules_are_the_chapters(page, shipped):
    """Temperature, top-k and top-p as the notebook's functions, one after the other."""
    notebook = chapters.read(chapters.find("11_2"))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "samplers")
    rules = {"np": np}
    exec("".join(cell["source"]), rules)
    text = FIRST[:180]
    _, p = shipped[1](text)
    p = p[-1:].astype("float64")
    p[:, 0] = 0
    p /= p.sum()
    settings = (0.7, 1000, 1.0), (1.4, 8, 1.0), (1, 1000, 0.8), (1.3, 6, 0.9)
    for tau, k, mass in settings:
        wanted = rules["top_k"](rules["temper"](p, tau), k)
        wanted = rules["nucleus"](wanted, mass if mass < 1 else 2)[0]
        rows = page.evaluate(
            """([text, temperature, k, mass]) => {
                const { read, shape } = bookExplorers.generator;
                return shape(read(text).at(-1).p, { temperature, k, mass });
            }""",
            [text, tau, k, mass],
        )
        got = np.zeros(len(wanted))
        for row in rows:
            got[row["id"]] = row["drawn"]
            assert bool(row["cut"]) == (row["drawn"] == 0)
        assert np.abs(got - wanted).max() < 1e-3
        assert (got > 0).sum() == (wanted > 0).sum()


def test_a_step_takes_milliseconds(page):
    took = page.evaluate(
        """() => {
            const model = bookExplorers.generator.model();
            let h = model.zero();
            const start = performance.now();
            for (let k = 0; k < 100; k++) h = model.step(1 + (k % 90), h).h;
            return (performance.now() - start) / 100;
        }"""
    )
    print(f"{took:.2f} ms a step")
    assert took < 5


def test_scores_are_shown_as_measured(page, shipped):
    info = shipped[0]
    bits = info["bits"]
    assert abs(bits["float16"] - bits["float32"]) < 0.01
    about = page.locator(".gen-about").inner_text()
    assert f"≈ {bits['float16']:.3f} bits" in about and "≈ 0.000" in about
    mode(page, "read a text")
    last = page.locator(f"{READ} .gen-summary").inner_text()
    for name in ("float16", "n-gram", "xz"):
        assert f"≈ {bits[name]:.2f}" in last


# --- writing


def test_same_seed_and_settings_same_text(page):
    press(page, "300 characters")
    first = written(page)
    assert len(first) == 300
    assert first == generate(page, "The value ", "0", 300, temperature=0.7)
    press(page, "Start again")
    assert written(page) == ""
    press(page, "One character", 3)
    press(page, "Take one back")
    press(page, "A line")
    press(page, "300 characters")
    assert written(page)[:300] == first, "steps and steps back change nothing"
    page.locator(".gen-seed").fill("another")
    press(page, "300 characters")
    assert written(page) != first
    set_sliders(page, {"Top-k": "0"})
    press(page, "Start again")
    press(page, "300 characters")
    sure = written(page)
    page.locator(".gen-seed").fill("0")
    press(page, "300 characters")
    assert written(page) == sure, "with one character to choose from no seed matters"


def test_it_writes_and_pauses_by_keyboard(page):
    set_sliders(page, {"Characters a second": "40"})
    button = page.locator(".gen-main")
    button.focus()
    page.keyboard.press("Enter")
    assert button.inner_text() == "Pause"
    characters = f"document.querySelectorAll('{WRITE} .gen-text span').length"
    page.wait_for_function(f"() => {characters} > {len('The value ')} + 12")
    page.keyboard.press("Enter")
    assert button.inner_text() == "Write"
    text = written(page)
    said = page.locator(f"{WRITE} .gen-said").inner_text()
    assert said.startswith(f"Paused after {len(text)} characters")
    page.wait_for_timeout(200)
    assert written(page) == text
    assert text == generate(page, "The value ", "0", len(text), temperature=0.7)
    for width in (1280, 390):
        look(page, width=width)
        box = page.locator(f"{WRITE} .gen-text")
        at_end = "e => e.scrollHeight - e.scrollTop - e.clientHeight"
        assert box.evaluate(at_end) < 40


def test_one_character_says_what_was_drawn(page, shipped):
    _, p = shipped[1]("The value ")
    before = bars(page, WRITE)
    assert facts(page, WRITE)["Next character"] == "not drawn yet"
    assert abs(number(before[0][2]) / 100 - p[-1].max()) < 0.0015
    press(page, "One character")
    char = written(page)
    row = next(row for row in before if row[0] == char)
    said = page.locator(f"{WRITE} .gen-said").inner_text()
    assert said.startswith(f"Drawn: “{char}”")
    page.locator(f"{WRITE} .gen-text span").last.click()
    assert page.locator(f"{WRITE} .gen-chosen").inner_text().startswith(char)
    assert "drawn" in page.locator(f"{WRITE} .gen-chosen").inner_text()
    assert bars(page, WRITE)[0][2] == before[0][2]
    found = facts(page, WRITE)
    bits = number(found["Its surprise"])
    assert abs(2**-bits - number(row[2]) / 100) < 0.01
    draw, start, stop = map(float, re.findall(NUMBERS, found["The draw"]))
    assert start <= draw <= stop
    assert abs((stop - start) - number(row[3]) / 100) < 0.002


def test_what_is_cut_says_so(page):
    set_sliders(page, {"Temperature": "1", "Top-k": "2"})
    rows = bars(page, WRITE)
    assert [row[3] == "cut: top-k" for row in rows[:12]] == [False] * 3 + [True] * 9
    assert page.locator(f"{WRITE} .gen-bars s").count() == 9
    assert sum(number(row[3]) for row in rows[:3]) == pytest.approx(100, abs=0.2)
    set_sliders(page, {"Top-k": "12", "Top-p": "0.3"})
    cut = [row[3] for row in bars(page, WRITE)[:12]]
    assert cut[0].endswith("%") and cut[-1] == "cut: top-p"
    spread = facts(page, WRITE)
    own, drawn = (spread[f"Entropy {x}"] for x in ("of the model", "drawn from"))
    assert number(drawn) < number(own)


def test_with_reduced_motion_a_line_at_a_time(load):
    tab = load(PAGE)
    tab.emulate_media(reduced_motion="reduce")
    tab.locator("button.explorer-open").click()
    tab.wait_for_selector(".explorer.is-open")
    assert tab.locator(".gen-main").count() == 0, "nothing that moves by itself"
    line = tab.get_by_role("button", name="A line", exact=True)
    line.focus()
    tab.keyboard.press("Enter")
    first = written(tab)
    assert first.endswith("\n") or len(first) == 100
    tab.wait_for_timeout(200)
    assert written(tab) == first
    tab.keyboard.press("Enter")
    assert written(tab).startswith(first) and len(written(tab)) > len(first)
    tab.emulate_media(reduced_motion="no-preference")
    tab.wait_for_selector(".gen-main")
    tab.close()


def test_keeping_texts_compares_them(page, shipped):
    press(page, "Keep for comparison")
    assert "Write 100 characters" in page.locator(f"{WRITE} .gen-said").inner_text()
    for k in ("0", "12"):
        set_sliders(page, {"Top-k": k})
        press(page, "Start again") if written(page) else None
        press(page, "300 characters")
        press(page, "300 characters")
        press(page, "Keep for comparison")
    rows = page.locator(".gen-kept tbody tr").all_inner_texts()
    cells = [row.split("\t") for row in rows]
    assert [row[1] for row in cells] == ["600", "600", "300 each"]
    assert float(cells[0][2]) == 0 < float(cells[1][2])
    assert float(cells[0][4]) > float(cells[1][4]), "the likeliest character loops"
    assert cells[2][3] == f"≈ {shipped[0]['heldOut']['words']:.2f}"


# --- reading, and everything at once


def test_any_character_by_click_and_by_keyboard(page):
    mode(page, "read a text")
    page.locator(f"{READ} select").select_option(label="held-out paragraph 1")
    page.wait_for_timeout(400)
    spans = page.locator(f"{READ} .gen-text span")
    spans.nth(30).click()
    shown = facts(page, READ)
    title = spans.nth(30).get_attribute("title")
    assert title.startswith(shown["Character"])
    assert abs(number(title) - number(shown["Its surprise"])) < 0.06
    slider = page.locator(f"{READ} input[type=range]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert slider.input_value() == "31"
    assert spans.nth(31).evaluate("e => e.classList.contains('gen-looked')")
    assert slider.get_attribute("aria-valuetext").startswith("32: ")


def test_the_tables_say_what_the_shades_say(page):
    mode(page, "read a text")
    page.locator(f"{READ} textarea").fill("an it\nem")
    page.wait_for_selector(f"{READ} .gen-result:has-text('8 characters')")
    summary = page.locator(f"{READ} summary").nth(1)
    summary.focus()
    page.keyboard.press("Enter")
    rows = page.locator(f"{READ} details").nth(1).locator("tbody tr")
    rows.first.wait_for()
    cells = [row.split("\t") for row in rows.all_inner_texts()]
    assert [row[0] for row in cells][:3] == ["1: a", "2: n", "3: space"]
    assert cells[5][0] == "6: line end"
    titles = [
        page.locator(f"{READ} .gen-text span").nth(k).get_attribute("title")
        for k in range(8)
    ]
    for row, title in zip(cells, titles, strict=True):
        assert abs(float(row[2]) - number(title)) < 0.06
    page.keyboard.press("Enter")


def test_strange_and_empty_texts_get_an_answer(page, shipped):
    notes = page.locator(f"{WRITE} .gen-notes")
    page.locator(f"{WRITE} textarea").fill("")
    assert "a paragraph of its own" in notes.inner_text()
    press(page, "One character")
    assert len(written(page)) == 1
    page.locator(f"{WRITE} textarea").fill("naïve 循")
    assert "vocabulary" in notes.inner_text() and "循" in notes.inner_text()
    press(page, "A line")
    assert "\ufffd" not in written(page)
    page.locator(".gen-seed").fill("")
    assert "counts as 0" in notes.inner_text()
    mode(page, "read a text")
    page.locator(f"{READ} textarea").fill("")
    page.wait_for_selector(f"{READ} .gen-result:has-text('nothing to read')")
    page.locator(f"{READ} textarea").fill("循")
    page.wait_for_selector(f"{READ} .gen-result:has-text('1 character:')")
    _, p = shipped[1]("循")
    wanted = -np.log2(p[0, 0]) + np.log2(0x110000)
    shown = number(page.locator(f"{READ} .gen-result").inner_text())
    assert abs(shown - wanted) < 0.02, "naming an unknown character is paid for"
    page.locator(f"{READ} textarea").fill("ab " * 1000)
    page.wait_for_selector(f"{READ} .gen-notes:has-text('first 2000')")
    page.wait_for_selector(f"{READ} .gen-result:has-text('2000 characters')")
    page.locator(f"{READ} select").select_option(index=1)


def test_nothing_jumps(page):
    """The height stays as it is from one character and one setting to the next."""
    box = page.locator(".explorer")
    press(page, "One character")
    height = box.bounding_box()["height"]
    for name in ("One character", "One character", "A line", "300 characters"):
        press(page, name)
        assert box.bounding_box()["height"] == height
    for tau in ("0.05", "2", "0.7"):
        set_sliders(page, {"Temperature": tau, "Top-k": "3"})
        page.locator(f"{WRITE} .gen-text span").nth(2).click()
    press(page, "Start again")
    assert abs(box.bounding_box()["height"] - height) < 1


def test_guessing_against_the_model(page, shipped):
    info, keras_p = shipped
    text = info["paragraphs"][0]
    mode(page, "guess against me")
    spans = page.locator(f"{GUESS} .gen-text span")
    assert spans.count() == 60, "no more than the beginning is on the page"
    assert text[60:70] not in page.locator(GUESS).inner_text()
    _, p = keras_p(text)
    known = list(info["known"])
    best = [known[k - 1] for k in p.argmax(axis=1)]
    page.locator(".gen-guess").focus()
    score = page.locator(f"{GUESS} .gen-result")
    for n in range(6):
        page.keyboard.press("Enter" if text[60 + n] == "\n" else text[60 + n])
        right = sum(best[60 + k] == text[60 + k] for k in range(n + 1))
        said = score.inner_text()
        assert f"You: {n + 1} of {n + 1} right." in said
        assert f"character: {right} of {n + 1}." in said
    page.get_by_role("button", name="Pass").click()
    assert "You: 6 of 7 right." in score.inner_text()
    assert "You passed." in page.locator(f"{GUESS} .gen-said").inner_text()
    assert spans.count() == 67
    bits = number(facts(page, GUESS)["Its surprise"])
    assert abs(bits + np.log2(p[66, known.index(text[66]) + 1])) < 0.01


# --- for everyone

EVERY_SHADE = "The value of the Qz is"
OPENED = {WRITE: [], READ: [1], GUESS: []}  # long tables take axe long


@pytest.mark.parametrize(
    ("name", "where"),
    [("write on", WRITE), ("read a text", READ), ("guess against me", GUESS)],
)
def test_accessible_and_fits_a_phone(page, name, where):
    mode(page, name)
    if where == WRITE:
        set_sliders(page, {"Top-k": "4"})
        press(page, "One character", 2)
        page.locator(f"{WRITE} .gen-text span").last.click()
    if where == READ:
        page.locator(f"{READ} textarea").fill(EVERY_SHADE)
        count = f"{len(EVERY_SHADE)} characters"
        page.wait_for_selector(f"{READ} .gen-result:has-text('{count}')")
        for shade in range(5):
            assert page.locator(f"{READ} .gen-text .gen-{shade}").count() > 0
    for at in OPENED[where]:
        page.locator(f"{where} summary").nth(at).click()
    options = {"preload": False}  # loads no style sheets again
    assert grave(page, "light", ".explorer", options) == []
    if where != GUESS:  # it has no colours of its own
        options["runOnly"] = ["color-contrast"]  # colours alone differ
        assert grave(page, "dark", ".explorer", options) == []
    look(page, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = page.evaluate(
        """() => [...document.querySelectorAll('.explorer *')].filter(e => {
            const box = e.getBoundingClientRect();
            return box.right > 391 && box.width > 0 && !e.closest('.gen-scroll');
        }).map(e => e.outerHTML.slice(0, 100))"""
    )
    assert wide == []
    small = page.locator(f"{where} button:visible").evaluate_all(
        "all => all.filter(b => b.getBoundingClientRect().height < 24).length"
    )
    assert small == 0
    for at in OPENED[where]:
        page.locator(f"{where} summary").nth(at).click()
