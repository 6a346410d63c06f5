"""Inside the LSTM, driven as a person would; its numbers held to Keras's."""

import base64
import json
import re

import numpy as np
import pytest
from browsing import grave, look

from tools import chapters
from tools import explorers as export

FILE = export.DATA / "06_3_lstm.js"
DATA = export.data(FILE)
INFO = DATA["info"]
UNIT = INFO["unit"]
NUMBER = r"−?\d+\.\d+"


def array(name: str) -> np.ndarray:
    """One shipped array."""
    packed = DATA["arrays"][name]
    raw = np.frombuffer(base64.b64decode(packed["base64"]), packed["dtype"])
    return raw.reshape(packed["shape"])


@pytest.fixture(scope="module")
def keras_run():
    """A function that runs the shipped network in Keras, one step after another."""
    import keras

    E, W_x, W_h, b, W_hq, b_q = map(array, ("E", "W_x", "W_h", "b", "W_hq", "b_q"))
    units = len(W_h)
    cell, dense = keras.layers.LSTMCell(units), keras.layers.Dense(1)
    cell.build((1, len(W_x)))
    dense.build((1, units))
    dense.set_weights([W_hq, b_q])

    def run(text: str, shift: float = 0.0, of=slice(None)) -> dict[str, np.ndarray]:
        moved = b.copy()
        moved[units : 2 * units][of] += shift
        cell.set_weights([W_x, W_h, moved])
        h = c = np.zeros((1, units), "f4")
        found = {"h": [], "c": [], "logit": []}
        for letter in text:
            code = INFO["alphabet"].find(letter) + 1
            h, (_, c) = cell(E[code][None], [h, c])
            for name, value in (("h", h), ("c", c), ("logit", dense(h))):
                found[name].append(np.ravel(value))
        return {name: np.array(values) for name, values in found.items()}

    return run


@pytest.fixture(scope="module")
def page(load):
    """The chapter with its explorer open."""
    tab = load("notebooks/06_3_lstm.html")
    tab.locator("button.explorer-open").click()
    tab.wait_for_selector(".explorer.is-open .lstm")
    yield tab
    tab.close()


@pytest.fixture(autouse=True)
def fresh(page):
    """Every test begins with the first paragraph as trained, at its first character."""
    look(page)
    page.locator(".lstm-which").select_option("0")
    page.locator(".lstm-scope").select_option("all")
    page.locator(".lstm-quantity").select_option("c")
    page.get_by_role("button", name="As trained").click()
    page.get_by_label("Cover what comes").set_checked(False)
    page.locator(".lstm-side button").nth(UNIT).click()


def said(page, where: str = ".lstm-summary") -> str:
    """What is written in one place, in one line."""
    return " ".join(page.locator(where).inner_text().split())


def numbers(text: str) -> list[float]:
    """The numbers of a text, with the minus sign a reader sees."""
    return [float(x.replace("−", "-")) for x in re.findall(NUMBER, text)]


def at(page) -> int:
    """The current character, counted from 1."""
    return int(re.search(r"Character (\d+) is", said(page))[1])


def press(page, key: str, times: int = 1) -> None:
    """Press a key several times."""
    for _ in range(times):
        page.keyboard.press(key)


def units_of(scope: str, unit: int = UNIT):
    """Which units a scope shifts, as an index."""
    others = [k for k in range(8) if k != unit]
    return {"all": slice(None), "one": [unit], "others": others}[scope]


def set_shift(page, shift: float) -> None:
    """Move the forget bias by keyboard."""
    page.locator(".lstm-shift").focus()
    press(page, "Home")
    press(page, "ArrowRight", shift - INFO["shifts"][0])


TEXTS = [text["text"] for text in INFO["texts"][:2]] + ['é "\n" ~', 'say "' + "a" * 150]
CASES = [(text, 0, "all") for text in TEXTS]
CASES += [(TEXTS[1], *case) for case in ((-8, "all"), (8, "one"), (-6, "others"))]


@pytest.mark.parametrize(("text", "shift", "scope"), CASES, ids=range(len(CASES)))
def test_states_and_answers_are_those_of_keras(page, keras_run, text, shift, scope):
    steps = page.evaluate(
        """([text, shift, scope]) => bookExplorers.lstm.read(text, shift, scope).map(
            s => Object.fromEntries(Object.entries(s).map(
                ([k, v]) => [k, ArrayBuffer.isView(v) ? [...v] : v])))""",
        [text, shift, scope],
    )
    wanted = keras_run(text, shift, units_of(scope))
    for name in ("h", "c", "logit"):
        got = np.array([step[name] for step in steps]).reshape(wanted[name].shape)
        assert np.abs(got - wanted[name]).max() < 1e-3, name
    part = {k: np.array([step[k] for step in steps]) for k in ("f", "i", "candidate")}
    before = np.vstack([np.zeros_like(wanted["c"][:1]), wanted["c"][:-1]])
    sums = part["f"] * before + part["i"] * part["candidate"]
    assert np.abs(sums - wanted["c"]).max() < 1e-3, "f c + i candidate"


def test_gates_have_the_names_of_keras_order(page):
    """The first step by hand: h and c are 0, so each gate is its bias and its input."""
    step = page.evaluate(
        """() => { const s = bookExplorers.lstm.read('"')[0];
            return Object.fromEntries(['i', 'f', 'candidate', 'o'].map(
                k => [k, [...s[k]]])); }"""
    )
    a = array("E")[INFO["alphabet"].index('"') + 1] @ array("W_x") + array("b")
    for block, name in enumerate(("i", "f", "candidate", "o")):
        mine = a.reshape(4, -1)[block]
        wanted = np.tanh(mine) if name == "candidate" else 1 / (1 + np.exp(-mine))
        assert np.abs(step[name] - wanted).max() < 1e-3, name


def test_the_network_is_the_chapters():
    """What Keras measured at shift 0 is what the chapter's record says of its seed."""
    record = chapters.ROOT / "verification" / "06_3_lstm.json"
    run = json.loads(record.read_text("utf8"))["runs"][0]
    measures = run["claims"]["claim-gates-on-text"]["measures"]
    share = measures["characters placed right, held out"]["value"]
    shares = INFO["shares"]["all"]
    assert shares[INFO["shifts"].index(0)][0] == pytest.approx(share, abs=0.003)


def test_the_measured_shares_are_whole():
    """One row per shift and scope; at 0 all agree, and there they are best."""
    shares = INFO["shares"]
    rows = np.array([shares["all"], *shares["one"], *shares["others"]])
    assert rows.shape == (17, len(INFO["shifts"]), 3)
    zero = INFO["shifts"].index(0)
    assert (rows[:, zero] == rows[0, zero]).all()
    assert rows[0, zero, 0] > max(rows[0, 0, 0], rows[0, -1, 0], INFO["outside"])


def test_a_step_by_keyboard_is_written_out(page, keras_run):
    wanted = keras_run(TEXTS[0])
    page.get_by_role("button", name="Next ▶").focus()
    press(page, "Enter", 3)
    assert at(page) == 4
    press(page, "ArrowRight", 2)
    press(page, "ArrowLeft")
    assert at(page) == 5
    *_, c, h = numbers(said(page))
    assert c == pytest.approx(wanted["c"][4, UNIT], abs=1e-3)
    assert h == pytest.approx(wanted["h"][4, UNIT], abs=1e-3)
    f, old, i, tilde, kept, written, total = numbers(
        page.locator(".lstm-equation").first.inner_text()
    )
    assert total == c and old == pytest.approx(wanted["c"][3, UNIT], abs=1e-3)
    assert kept + written == pytest.approx(total, abs=2e-3)
    assert f * old == pytest.approx(kept, abs=2e-3 * max(1, abs(old)))
    assert i * tilde == pytest.approx(written, abs=2e-3)
    o, squashed, out = numbers(page.locator(".lstm-equation").last.inner_text())
    assert out == h and o * squashed == pytest.approx(h, abs=2e-3)
    assert squashed == pytest.approx(np.tanh(wanted["c"][4, UNIT]), abs=1e-3)
    press(page, "End")
    assert at(page) == len(TEXTS[0])
    press(page, "ArrowRight")
    assert at(page) == len(TEXTS[0])


def test_the_side_shows_every_unit_and_arrows_choose_one(page, keras_run):
    wanted = keras_run(TEXTS[0])["c"]
    page.locator(".lstm-scroll").focus()
    press(page, "ArrowRight", 60)
    values = page.locator(".lstm-value").all_inner_texts()
    got = [numbers(value)[0] for value in values]
    assert np.abs(np.array(got) - wanted[60]).max() < 1e-3
    press(page, "ArrowUp", 8)
    assert "Unit 1 keeps" in said(page)
    press(page, "ArrowDown")
    assert "Unit 2 keeps" in said(page)
    pressed = page.locator(".lstm-side [aria-pressed=true]")
    assert pressed.inner_text().startswith("unit 2")
    seen = page.evaluate(
        """() => { const [box, now] = ['.lstm-scroll', '.lstm-now'].map(
            s => document.querySelector(s).getBoundingClientRect());
            return now.left >= box.left - 1 && now.right <= box.right + 1; }"""
    )
    assert seen, "the current character is scrolled into its box"


def test_to_the_next_mark_and_the_slider(page):
    marks = [k + 1 for k, letter in enumerate(TEXTS[0]) if letter == '"']
    button = page.get_by_role("button", name='To the next "')
    found = []
    while button.get_attribute("aria-disabled") != "true":
        button.click()
        found.append(at(page))
        assert "is a quotation mark" in said(page)
    assert found == marks
    page.locator(".lstm-slide input").focus()
    press(page, "Home")
    press(page, "ArrowRight", 6)
    assert at(page) == 7
    assert page.locator(".lstm-slide output").inner_text() == f"7 of {len(TEXTS[0])}"


def test_mouse_and_finger_find_a_number(page, browser, address):
    def place(tab, t, k):
        box = tab.locator(".lstm-map").bounding_box()
        return box["x"] + 18 * t + 9, box["y"] + 26 * (3 + k) + 13

    want = page.evaluate("text => bookExplorers.lstm.read(text)[5].c[2]", TEXTS[0])
    page.locator(".lstm-map").scroll_into_view_if_needed()
    page.mouse.move(*place(page, 5, 2))
    reading = said(page, ".lstm-reading")
    assert "character 6" in reading and "unit 3" in reading
    assert numbers(reading)[0] == pytest.approx(want, abs=1e-3)
    assert at(page) == 1
    page.mouse.click(*place(page, 5, 2))
    assert at(page) == 6 and "Unit 3 keeps" in said(page)
    phone = {"width": 390, "height": 844}
    context = browser.new_context(has_touch=True, viewport=phone)
    tab = context.new_page()
    tab.goto(f"{address}notebooks/06_3_lstm.html")
    tab.locator("button.explorer-open").tap()
    tab.locator(".lstm-map").scroll_into_view_if_needed()
    tab.touchscreen.tap(*place(tab, 3, 4))
    assert at(tab) == 4 and "Unit 5 keeps" in said(tab)
    context.close()


def test_playing_moves_on_and_a_step_stops_it(page):
    page.get_by_role("button", name="Play").click()
    assert page.locator(".lstm-summary").get_attribute("aria-live") == "off"
    page.wait_for_function(
        """() => /Character [3-9] is/.test(
            document.querySelector('.lstm-summary').innerText)"""
    )
    page.get_by_role("button", name="◀ Previous").click()
    here = at(page)
    page.wait_for_timeout(1500)
    assert at(page) == here
    assert page.get_by_role("button", name="Play").count() == 1
    assert page.locator(".lstm-summary").get_attribute("aria-live") == "polite"


@pytest.mark.parametrize(
    ("shift", "scope", "unit"),
    [(-8, "all", UNIT), (8, "all", UNIT), (-7, "others", UNIT), (10, "one", 1)],
)
def test_the_forget_bias_alters_what_is_kept(page, keras_run, shift, scope, unit):
    page.locator(".lstm-side button").nth(unit).click()
    page.locator(".lstm-scope").select_option(scope)
    set_shift(page, shift)
    run = keras_run(TEXTS[0], shift, units_of(scope, unit))
    inside = np.cumsum([letter == '"' for letter in TEXTS[0]]) % 2
    right = int(((run["logit"][:, 0] > 0) == inside).sum())
    state = said(page, ".lstm-state")
    assert "not retrained" in state and f"{right} of {len(TEXTS[0])}" in state
    shares = INFO["shares"][scope]
    shares = (shares if scope == "all" else shares[unit])[INFO["shifts"].index(shift)]
    shown = page.locator(".lstm-measured tbody td:nth-child(3)").all_inner_texts()
    assert [numbers(x)[0] for x in shown[:3]] == [
        pytest.approx(100 * share, abs=0.051) for share in shares
    ]
    page.get_by_role("button", name="As trained").click()
    assert said(page, ".lstm-state").startswith("The network as it was trained.")


def test_every_paragraph_is_on_offer_and_says_why(page):
    options = page.locator(".lstm-which option").all_inner_texts()
    assert len(options) == len(INFO["texts"]) + 1 and 6 <= len(INFO["texts"]) <= 8
    for k, text in enumerate(INFO["texts"]):
        assert text["why"] in options[k]
        page.locator(".lstm-which").select_option(str(k))
        letters = page.locator(".lstm-map .letter").all_text_contents()
        shown = "".join(letters).replace("␣", " ").replace("↵", "\n")
        assert shown == text["text"]


def test_own_text_good_and_bad(page):
    page.locator(".lstm-which").select_option("own")
    field = page.get_by_label("Your own text", exact=True).last
    field.fill('so “no” and "yes".')
    assert page.locator(".lstm-map .letter").count() == 18
    assert said(page, "#lstm-remarks") == ""
    labels = page.locator(".lstm-map text:not(.letter)").all_text_contents()
    assert labels[2 * 3] == "●", "a phone's curly quotation mark opens a quote too"
    field.fill("")
    assert "at least one character" in said(page, "#lstm-remarks")
    assert page.locator(".lstm-map .letter").count() == 18
    field.fill("été ✗ 🙂")
    remark = said(page, "#lstm-remarks")
    assert "é" in remark and "🙂" in remark and "does not know" in remark
    assert page.locator(".lstm-map .letter").count() == 7
    field.fill("a" * 500)
    assert "Only the first 160" in said(page, "#lstm-remarks")
    assert page.locator(".lstm-map .letter").count() == 160
    page.locator(".lstm-scroll").focus()
    press(page, "End")
    field.fill("ab")
    assert at(page) == 2, "a shorter text keeps the place in range"


def test_cover_hides_what_comes(page):
    page.get_by_label("Cover what comes").check()
    page.locator(".lstm-scroll").focus()
    press(page, "ArrowRight", 4)
    cover, now = (
        page.locator(name).bounding_box() for name in (".lstm-cover", ".lstm-now")
    )
    assert abs(cover["x"] - (now["x"] + now["width"])) < 2
    page.locator(".lstm summary").click()
    page.wait_for_selector(".lstm-table table")
    assert page.locator(".lstm-table tbody tr").count() == 5
    page.get_by_label("Cover what comes").uncheck()
    assert page.locator(".lstm-table tbody tr").count() == len(TEXTS[0])
    row = page.locator(".lstm-table tbody tr").nth(4).inner_text().split()
    assert row[0] == "5" and row[-1] in ("inside", "outside", "wrong")
    page.locator(".lstm summary").click()


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_jumps_and_nothing_is_too_wide(page, width):
    look(page, width=width)
    page.locator(".lstm-scroll").focus()
    page.locator(".lstm-scope").select_option("others")
    heights = set()
    for shift in (0, -10):
        set_shift(page, shift)
        for index in range(len(INFO["texts"])):
            page.locator(".lstm-which").select_option(str(index))
            page.locator(".lstm-slide input").focus()
            for key in ("ArrowRight", "End", "ArrowLeft"):
                page.keyboard.press(key)
                heights.add(page.locator(".lstm").bounding_box()["height"])
    for quantity in ("scaled", "f", "h"):
        page.locator(".lstm-quantity").select_option(quantity)
        heights.add(page.locator(".lstm").bounding_box()["height"])
    assert len(heights) == 1, heights
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_all_that_went_before_broke_nothing_and_asked_nobody(page):
    assert page.book["broken"] == [] and page.book["outside"] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(page, scheme):
    page.locator(".lstm-which").select_option("own")
    page.get_by_label("Your own text", exact=True).last.fill('a "é" b')  # few cells
    set_shift(page, 8)
    page.locator(".lstm summary").click()
    page.wait_for_selector(".lstm-table table")
    assert grave(page, scheme, {"include": [[".explorer"]]}) == []
    page.locator(".lstm summary").click()
