"""What "Inside the LSTM" in 06_3 runs: the network that reads quotes, as trained there.

Its weights are shipped as they are (float32). Keras measures what a shift of the forget
bias does to all held-out paragraphs. The paragraphs on offer come from the half on
which the chapter judges: neither training nor the choice of the unit has seen them.
"""

PARAMETERS = {"SEED": 0}
CELLS = ["parameters", "setup", "lstm-forward", "text-data", "train-text", "read-gates"]

CELL = """
E, W_hq, b_q = (w for k in (0, 2) for w in model.layers[k].get_weights())
SHIFTS = np.arange(-10, 11)
label = inside[:HELD] == 1
closed = ~label & (mark[:HELD].cumsum(axis=1) >= 2)  # outside, after a quotation


def answers(shift, units):
    moved = b.copy()
    moved[8:16][units] += shift  # Keras's order: i, f, candidate, o
    reader.set_weights([W_x, W_h, moved])
    return model.predict_on_batch(codes[:HELD])[..., 0] > 0


def shares(units):
    rights = [answers(shift, units) == label for shift in SHIFTS]
    parts = (np.ones_like(label), label, closed)
    return [[round(float(x[part].mean()), 4) for part in parts] for x in rights]


measured = {"all": shares(slice(None))}
measured |= {"one": [shares([k]) for k in range(8)]}
measured |= {"others": [shares(np.delete(np.arange(8), k)) for k in range(8)]}
wrong = (answers(0, slice(None)) != label).sum(axis=1)
marks = mark[:HELD].sum(axis=1)
rows = list(range(HELD // 2, HELD))
spans = [np.flatnonzero(row[:60]) for row in mark[:HELD]]
whole = [r for r in rows if len(spans[r]) == 2 and 5 < spans[r][0] < 30]
chosen_rows = {}


def take(why, ranked):
    left = [r for r in ranked if r not in chosen_rows]
    if left:
        chosen_rows[left[0]] = why


take("the figure's", [max(whole, key=lambda r: spans[r][1] - spans[r][0])])
take("most mistakes", sorted((r for r in rows if wrong[r]), key=lambda r: -wrong[r]))
take("most marks", sorted(rows, key=lambda r: -marks[r]))
unclosed = [r for r in rows if marks[r] % 2]
take("longest left open", sorted(unclosed, key=lambda r: -inside[r].sum()))
curly = np.isin(letters[:HELD], ["\N{LEFT DOUBLE QUOTATION MARK}"]).any(axis=1)
take("curly quotes too", [r for r in rows if curly[r] and marks[r] >= 2])
take("no mark", [r for r in rows if marks[r] == 0])
while len(chosen_rows) < 8 and set(whole) - set(chosen_rows):
    take("one quotation", whole)

EXPORT = {
    "06_3_lstm": {
        "info": {
            "alphabet": "".join(alphabet),  # code 1 first; 0 is any other character
            "read": READ,
            "unit": unit,
            "paragraphs": HELD,
            "texts": [
                {"why": why, "text": "".join(letters[r])}
                for r, why in chosen_rows.items()
            ],
            "shifts": SHIFTS.tolist(),
            "shares": measured,  # [all, inside, outside after a quotation] by shift
            "outside": float(1 - label.mean()),
        },
        "arrays": {
            name: array.astype("float32")
            for name, array in zip(
                ("E", "W_x", "W_h", "b", "W_hq", "b_q"),
                (E, W_x, W_h, b, W_hq, b_q),
                strict=True,
            )
        },
    }
}
"""
