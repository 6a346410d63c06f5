"""What attention looks at: driven as a reader does, its numbers held to Keras's."""

import base64
import datetime
import re

import numpy as np
import pytest
from browsing import grave, look

from tools import chapters
from tools import explorers as export

PAGE = "notebooks/08_attention.html"
KINDS = {"plain": "No attention", "additive": "Bahdanau, additive"}
KINDS |= {"dot": "Luong, dot", "general": "Luong, general"}
TASKS = {"numbers": "Numbers: English to German", "dates": "Dates: seven forms to ISO"}
ASKED = {
    "numbers": ["901,923", "7", "five hundred and twelve thousand and thirty"],
    "dates": ["Tuesday, March 7, 2084", "29. Februar 2000", "3 maja 1911"],
}
DATA = {}
for task in TASKS:
    path = export.DATA / f"08_attention_{task}.js"
    DATA[task] = export.data(path) if path.is_file() else None


@pytest.fixture(scope="module")
def page(load):
    """The chapter with its explorer open and the dates loaded."""
    tab = opened(load)
    choose(tab, TASKS["dates"])
    tab.wait_for_selector("ol.att-dates")
    yield tab
    tab.close()


@pytest.fixture(scope="module")
def said_by_the_notebook():
    """What the chapter itself defines: english, german, FORMS, written."""
    names = {"re": re, "datetime": datetime, "print": lambda *_: None}
    exec("from num2words import num2words", names)
    for cell in chapters.read(chapters.find("08"))["cells"]:
        if cell["id"] in ("number-words", "alignment", "date-data"):
            # The functions only, not the test of the alignment on the chapter's data.
            source = "".join(cell["source"])
            exec(source.split("\nsource, target =")[0], names)
    return names


def opened(load):
    """The page after a press on its button."""
    tab = load(PAGE)
    tab.locator("button.explorer-open").click()
    tab.wait_for_selector(".explorer.is-open .att")
    return tab


def choose(tab, *labels):
    """Choose options by their visible names."""
    for label in labels:
        tab.locator(".att-choice").get_by_label(label, exact=True).check()


def ask(tab, text):
    """Type a text and press Enter."""
    field = tab.locator(".att-text")
    field.fill(text)
    field.press("Enter")


def start(tab, task, kind, text):
    """The explorer with a source, nothing shut out, the weights shown."""
    look(tab)
    choose(tab, TASKS[task])
    tab.wait_for_selector(f"ol.att-{task}")
    choose(tab, KINDS[kind], "hidden from attention only", "weights α")
    ask(tab, text)


def shown(tab, name):
    """The text of one line of the explorer."""
    return tab.locator(f".att-{name}").inner_text()


def chips(tab, name, part="token"):
    """Tokens, numbers or faults of the source or of the answer, as printed."""
    side = {"source": "[aria-label='Source']", "answer": ".att-answer"}[name]
    found = tab.locator(f"ol{side} .att-{part}").all_inner_texts()
    return [text.strip() for text in found]


def run(tab, name, *arguments):
    """Call one of the explorer's functions in the page."""
    return tab.evaluate(
        "([name, them]) => bookExplorers.attention[name](...them)", [name, arguments]
    )


def translated(tab, task, kind, ids, out=(), how="attention"):
    """The page's answer, and its effects."""
    return tab.evaluate(
        """([task, kind, ids, out, how]) => {
            const { translate, effects } = bookExplorers.attention;
            const gone = new Set(out);
            const answer = translate(task, kind, ids, gone, how);
            return { answer, effects: effects(task, kind, ids, answer, gone, how) };
        }""",
        [task, kind, ids, list(out), how],
    )


class ByKeras:
    """The same model from Keras's own layers and the shipped arrays."""

    def __init__(self, task, kind):
        import keras

        layers = keras.layers
        arrays = {
            name.split("/")[1]: np.frombuffer(base64.b64decode(a["base64"]), a["dtype"])
            .astype("float32")
            .reshape(a["shape"])
            for name, a in DATA[task]["arrays"].items()
            if name.startswith(f"{kind}/")
        }
        self.kind, self.longest = kind, DATA[task]["info"]["longest"]

        def filled(layer, shape, *names):
            layer.build(shape)
            layer.set_weights([arrays[name] for name in names])
            return layer

        def gru(name, layer, size):
            names = (f"{name}_W_x", f"{name}_W_h", f"{name}_b")
            return filled(
                layer, (1, size) if "Cell" in str(layer) else (1, 1, size), *names
            )

        def dense(W, b=None, activation=None):
            W_shape = arrays[W].shape
            layer = layers.Dense(W_shape[1], activation, use_bias=b is not None)
            return filled(layer, (1, W_shape[0]), *filter(None, (W, b)))

        units = arrays["decoder_W_h"].shape[0]
        options = {"return_sequences": True, "return_state": True}
        both = layers.Bidirectional(layers.GRU(units // 2, **options))
        both.build((1, None, 32))
        there, back = (
            [arrays[f"{side}_{k}"] for k in ("W_x", "W_h", "b")]
            for side in ("there", "back")
        )
        both.set_weights([*there, *back])
        self.encoder = both
        self.source, self.target = arrays["embed_source"], arrays["embed_target"]
        cell = layers.GRUCell(units)
        self.cell = gru("decoder", cell, len(arrays["decoder_W_x"]))
        self.start = dense("start_W", "start_b", "tanh")
        self.mix = dense("mix_W", "mix_b", "tanh")
        self.readout = dense("readout_W", "readout_b", "softmax")
        self.project = {k: dense(k) for k in ("W_a", "W_s", "W_h") if k in arrays}
        if kind == "additive":
            self.attention = layers.AdditiveAttention()
            self.attention.build([(1, 1, units), (1, 1, units), (1, 1, units)])
            self.attention.scale.assign(arrays["v"])
        elif kind != "plain":
            self.attention = layers.Attention()

    def look(self, q, h, seen):
        """Context and weights by Keras's attention layer."""
        values = [q, h]
        if self.kind == "general":
            values = [self.project["W_a"](q), h]
        elif self.kind == "additive":
            values = [self.project["W_s"](q), h, self.project["W_h"](h)]
        context, alpha = self.attention(
            values, mask=[None, seen], return_attention_scores=True
        )
        return context[:, 0], np.asarray(alpha)[0, 0]

    def answer(self, ids, seen=None, given=None):
        """Greedy decoding: [(id, probability, weights)]."""
        seen = np.ones(len(ids), bool) if seen is None else np.array(seen)
        h, *last = self.encoder(self.source[ids][None])
        s = self.start(np.concatenate(last, axis=-1))
        token, written = 1, []
        while len(written) < (len(given) if given else self.longest):
            x, alpha = self.target[[token]], None
            if self.kind == "additive":
                context, alpha = self.look(s[:, None], h, seen[None])
                s, _ = self.cell(np.concatenate([x, context], axis=-1), [s])
            else:
                s, _ = self.cell(x, [s])
                if self.kind != "plain":
                    context, alpha = self.look(s[:, None], h, seen[None])
            mixed = s if alpha is None else np.concatenate([s, context], axis=-1)
            p = np.asarray(self.readout(self.mix(mixed)))[0]
            token = given[len(written)] if given else int(p.argmax())
            written.append((token, p[token], alpha))
            if not given and token == 2:
                break
        return written


def held_to(found, wanted, places=None):
    """Same tokens; probabilities and weights within 1e-3."""
    assert [x["id"] for x in found] == [token for token, _, _ in wanted]
    for ours, (_, p, alpha) in zip(found, wanted, strict=True):
        assert abs(ours["p"] - p) < 1e-3
        if alpha is None:
            assert ours["alpha"] is None
        else:
            weights = np.array(ours["alpha"])
            places = range(len(weights)) if places is None else places
            assert np.abs(weights[list(places)] - alpha).max() < 1e-3
            assert abs(weights.sum() - 1) < 1e-6


@pytest.mark.filterwarnings("ignore:You are using a softmax")  # a source of one word
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_numbers_are_those_of_keras(page, task, kind):
    model = ByKeras(task, kind)
    vocabulary = DATA[task]["info"]["words"][1]
    for text in ASKED[task]:
        ids = run(page, "read", task, text)["ids"]
        wanted = model.answer(ids)
        held_to(translated(page, task, kind, ids)["answer"], wanted)
        start(page, task, kind, text)
        assert chips(page, "answer") == [vocabulary[token] for token, _, _ in wanted]
        on_screen = [float(x) for x in chips(page, "answer", "number")]
        assert np.allclose(on_screen, [p for _, p, _ in wanted], atol=0.006)
        for t in {0, len(wanted) - 1}:
            page.locator(".att-answer button").nth(t).hover()
            if kind == "plain":
                assert set(chips(page, "source", "number")) == {"–"}
            else:
                seen = [float(x) for x in chips(page, "source", "number")]
                assert np.allclose(seen, wanted[t][2], atol=0.006)
    # a token hidden, or taken out, and what taking out does to each token written
    falls = np.array(translated(page, task, kind, ids)["effects"])
    for gone in (0, len(ids) // 2, len(ids) - 1):
        seen = [j != gone for j in range(len(ids))]
        hidden = translated(page, task, kind, ids, [gone])["answer"]
        held_to(hidden, model.answer(ids, seen))
        rest = [j for j in range(len(ids)) if j != gone]
        left = [ids[j] for j in rest]
        out = translated(page, task, kind, ids, [gone], "source")["answer"]
        held_to(out, model.answer(left), rest)
        after = model.answer(left, given=[token for token, _, _ in wanted])
        expected = [np.log(a[1] / b[1]) for a, b in zip(wanted, after, strict=True)]
        assert np.abs(falls[:, gone] - expected).max() < 1e-3
    assert np.abs(falls).max() > 0.5, "some token must be needed"


def test_number_words_are_those_of_the_notebook(page, said_by_the_notebook):
    numbers = {*range(1, 2200), *(k * 1000 for k in range(1, 1000))}
    numbers |= {k * 1000 + rest for k in range(1, 1000) for rest in (1, 17, 100, 946)}
    numbers = sorted(numbers | {k * 1013 + 7 for k in range(1, 980)})
    found = page.evaluate(
        """numbers => numbers.map(n => { const a = bookExplorers.attention;
            const words = a.english(n);
            const parts = a.german(n);
            return [words.join(" "), parts.join(" "), a.numberOf(words),
                a.alignment(words, parts)]; })""",
        numbers,
    )
    english, german, alignment = (
        said_by_the_notebook[k] for k in ("english", "german", "alignment")
    )
    for number, one in zip(numbers, found, strict=True):
        texts = [english(number), german(number)]
        places = alignment(*map(str.split, texts))
        from_where = [[] if j is None else [j] for j in places]
        assert one == [*texts, number, from_where]


def test_dates_are_those_of_the_notebook(page, said_by_the_notebook):
    first = datetime.date(1900, 1, 1)
    count = (datetime.date(2100, 1, 1) - first).days
    days = sorted({*range(0, count, 101), *range(59, 425), count - 1})
    forms = said_by_the_notebook["FORMS"]
    shipped = DATA["dates"]["info"]["forms"]
    assert [(one["locale"], one["pattern"]) for one in shipped] == forms
    found = page.evaluate(
        """([days, forms]) => days.map(day => { const a = bookExplorers.attention;
            return [a.isoOf(day), forms.map(form => a.written(day, form)),
                forms.map(form => a.dayWritten(a.written(day, form), forms)),
                forms.map(form => a.comesFrom(day, form))]; })""",
        [days, shipped],
    )
    written, comes_from = (said_by_the_notebook[k] for k in ("written", "comes_from"))
    for number, (iso, texts, back, places) in zip(days, found, strict=True):
        day = first + datetime.timedelta(number)
        assert iso == day.isoformat() and set(back) == {number}
        wanted = [written(day, *form) for form in forms]
        assert texts == [text for text, _ in wanted]
        assert places == [comes_from(where) for _, where in wanted]


def test_what_was_trained_on_is_told_from_what_was_not(page):
    for task, words in (("numbers", "Not in"), ("dates", "never seen")):
        info = DATA[task]["info"]
        assert not set(info["trained"]) & set(info["unseen"])
        start(page, task, "dot", ASKED[task][0])
        page.get_by_role("button", name="Another unseen").click()
        assert words in shown(page, "note")
    start(page, "numbers", "dot", str(DATA["numbers"]["info"]["trained"][-1]))
    assert "was in the training set" in shown(page, "note")


@pytest.mark.parametrize("how", ["hover", "focus", "click"])
def test_an_answers_token_shows_where_it_looks(page, how):
    start(page, "numbers", "dot", "901,923")
    steps = page.locator(".att-answer button")
    for t in (3, 1):
        getattr(steps.nth(t), how)()
        assert steps.nth(t).get_attribute("aria-pressed") == "true"
        assert shown(page, "summary").startswith(f"Part {t + 1} of ")
        row = page.locator(f".att-map tr:has([data-at='{t} 0'])")
        assert row.get_attribute("class") == "is-current"
        weights = [float(x) for x in chips(page, "source", "number")]
        top = chips(page, "source")[int(np.argmax(weights))]
        assert f"{max(weights):.2f} on “{top}”" in shown(page, "summary")


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_jumps_from_token_to_token(page, width):
    start(page, "dates", "dot", "Wednesday, September 10, 2064")
    look(page, width=width)
    heights = set()
    for t in range(page.locator(".att-answer button").count()):
        page.locator(".att-answer button").nth(t).focus()
        heights.add(round(page.locator(".att").bounding_box()["height"]))
    assert len(heights) == 1


def test_the_matrix_is_walked_with_arrow_keys(page):
    start(page, "numbers", "additive", "901,923")
    page.locator("[role=grid] [tabindex='0']").focus()
    for key, at in (
        *(("ArrowDown", "1 0"), ("ArrowRight", "1 1"), ("ArrowDown", "2 1")),
        *(("End", "2 9"), ("ArrowRight", "2 9"), ("Home", "2 0"), ("ArrowUp", "1 0")),
    ):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.dataset.at") == at
    source, answer = chips(page, "source"), chips(page, "answer")
    label = page.evaluate("document.activeElement.ariaLabel")
    number = chips(page, "source", "number")[0]
    assert label == f"{answer[1]} from {source[0]}: {number}"
    assert (
        page.evaluate("document.activeElement.getAttribute('aria-selected')") == "true"
    )
    page.locator(".att-details summary").click()
    table = page.locator(".att-details tr").all_inner_texts()
    assert table[0].split("\t") == ["written", *source]
    assert [row.split("\t")[0] for row in table[1:]] == answer
    assert abs(float(table[2].split("\t")[1]) - float(number)) < 0.006


def test_a_token_can_be_shut_out_by_keyboard(page):
    start(page, "numbers", "dot", "901,923")
    first, whole = chips(page, "source"), chips(page, "answer")
    token = page.locator("ol[aria-label='Source'] button").first
    token.focus()
    page.keyboard.press("Space")
    assert token.get_attribute("aria-pressed") == "true"
    assert "shut out" in token.get_attribute("aria-label")
    assert "out" in chips(page, "source", "number")
    assert f"With “{first[0]}” hidden from attention" in shown(page, "change")
    ids = run(page, "read", "numbers", "901,923")["ids"]
    vocabulary = DATA["numbers"]["info"]["words"][1]
    for label, how in (
        ("hidden from attention only", "attention"),
        ("taken out of the source", "source"),
    ):
        choose(page, label)
        found = translated(page, "numbers", "dot", ids, [0], how)["answer"]
        assert chips(page, "answer") == [vocabulary[x["id"]] for x in found]
    assert "taken out of the source" in shown(page, "change")
    assert page.locator("[role=grid] [data-at='0 0']").inner_text() == "×"
    for other in range(1, len(first)):
        page.locator("ol[aria-label='Source'] button").nth(other).click()
    assert "has to stay" in shown(page, "note")
    page.get_by_role("button", name="Let all in again").click()
    assert chips(page, "answer") == whole
    assert "Nothing is shut out" in shown(page, "change")


def test_without_attention_there_are_no_weights(page):
    wrong = page.evaluate(
        """unseen => unseen.find(n => { const a = bookExplorers.attention;
            const ids = a.read("numbers", `${n}`).ids;
            const { words } = bookExplorers.data["08_attention_numbers"].info;
            const ours = a.translate("numbers", "plain", ids).map(x => words[1][x.id]);
            return ours.join(" ") !== [...a.german(n), "<end>"].join(" "); })""",
        DATA["numbers"]["info"]["unseen"],
    )
    assert wrong, "the plain model makes mistakes to look at"
    start(page, "numbers", "plain", str(wrong))
    assert page.locator("[role=grid]").count() == 0
    assert "No attention, no weights" in shown(page, "none")
    right = shown(page, "right")
    at = int(re.search(r"goes wrong at part (\d+)", right)[1]) - 1
    faults = chips(page, "answer", "fault")
    wanted = [*right.split(": ")[1].split(".")[0].split(), "<end>"]
    assert faults[:at] == [""] * at
    assert faults[at] == f"✗ should be {wanted[at]}"
    label = page.locator(".att-answer button").nth(at).get_attribute("aria-label")
    assert "wrong, should be" in label
    page.locator("ol[aria-label='Source'] button").first.click()
    assert "nothing to hide from" in shown(page, "change")
    choose(page, "effect of taking a token out")
    assert page.locator("[role=grid]").count() == 1
    assert "log-probability" in shown(page, "summary")


def test_every_models_score_is_shown(page):
    for task in TASKS:
        info = DATA[task]["info"]
        start(page, task, "dot", ASKED[task][0])
        rows = page.locator(".att-plain").last.locator("tr").all_inner_texts()
        last = rows[-1].split("\t")
        assert last[2:] == [f"{info['scores'][kind]['exact']:.2f}" for kind in KINDS]
        for kind in KINDS:
            score = info["scores"][kind]
            assert abs(score["exact"] - score["before rounding"]) < 0.02, "rounding"
            assert kind == "plain" or score["exact"] > 0.97, f"{kind} must be good"


BAD = {
    "numbers": ["", "0", "1000000", "-5", "3.5", "12a", "forty foo", "one " * 17],
    "dates": ["", "日", "March 7 & 8", "2084 " * 12],
}


def test_wrong_input_is_answered_in_one_line(page):
    for task, texts in BAD.items():
        start(page, task, "dot", ASKED[task][0])
        before = chips(page, "answer")
        for text in texts:
            ask(page, text)
            note = shown(page, "note")
            assert note and "\n" not in note and "training" not in note[:20], text
            assert chips(page, "answer") == before, "the last picture stays"
    assert page.book["broken"] == []


def test_sources_without_a_known_answer_are_translated_all_the_same(page):
    start(page, "numbers", "dot", "thousand nine and seventy")
    assert "no number" in shown(page, "note")
    assert shown(page, "right") == "No right answer is known."
    start(page, "numbers", "dot", "Forty-Two")
    assert "zwei und vierzig" in shown(page, "right")
    start(page, "dates", "dot", "31 February 2001")
    assert "not a day" in shown(page, "note")
    ask(page, "Monday, March 7, 2084")  # a Tuesday
    assert "weekday" in shown(page, "note") and "2084-03-07" in shown(page, "right")


def test_a_date_is_picked(page):
    start(page, "dates", "additive", "Tuesday, March 7, 2084")
    choice = page.get_by_label("and how to write it")
    assert choice.input_value() == "2"
    choice.select_option("5")
    assert page.locator(".att-text").input_value() == "7 marca 2084"
    page.get_by_label("or pick a day").fill("1999-12-31")
    page.get_by_label("or pick a day").blur()
    assert "".join(chips(page, "source")).replace("␣", " ") == "31 grudnia 1999"
    assert "1999-12-31" in shown(page, "right")


def test_dates_load_when_chosen(load):
    tab = opened(load)
    assert not any("dates" in path for path in tab.book["sizes"])
    tab.route("**/08_attention_dates.js", lambda route: route.abort())
    tab.get_by_label(TASKS["dates"]).click()
    tab.wait_for_function(
        "document.querySelector('.att-note').textContent.includes('did not load')"
    )
    assert tab.get_by_label(TASKS["numbers"]).is_checked()
    tab.unroute("**/08_attention_dates.js")
    choose(tab, TASKS["dates"])
    tab.wait_for_selector("ol.att-dates")
    assert tab.book["outside"] == []
    tab.close()


@pytest.mark.parametrize(
    ("scheme", "task", "layer"),
    [
        ("light", "numbers", "weights α"),
        ("dark", "dates", "effect of taking a token out"),
    ],
)
def test_accessible_when_open(page, scheme, task, layer):
    start(page, task, "dot", ASKED[task][-1])
    choose(page, layer)
    page.locator("ol[aria-label='Source'] button").first.click()
    assert grave(page, scheme, {"include": [[".explorer"]]}) == []


def test_it_fits_a_phone_and_answers_to_a_finger(browser, address):
    context = browser.new_context(
        has_touch=True, viewport={"width": 390, "height": 800}
    )
    tab = context.new_page()
    tab.goto(address + PAGE)
    tab.locator("button.explorer-open").tap()
    tab.wait_for_selector(".explorer.is-open .att")
    tab.locator(".att-answer button").nth(2).tap()
    assert shown(tab, "summary").startswith("Part 3 of ")
    tab.locator("[role=grid] td[data-at='1 2']").tap()
    assert shown(tab, "summary").startswith("Part 2 of ")
    tab.locator("ol[aria-label='Source'] button").nth(1).tap()
    assert "hidden from attention" in shown(tab, "change")
    tab.get_by_label(TASKS["dates"]).tap()
    tab.wait_for_selector("ol.att-dates")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = tab.locator(".att-map")
    for k in range(boxes.count()):
        box = boxes.nth(k)
        if box.is_visible():
            assert box.bounding_box()["x"] + box.bounding_box()["width"] <= 390
            assert box.get_attribute("tabindex") == "0"
    context.close()
