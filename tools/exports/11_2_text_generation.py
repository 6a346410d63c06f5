"""What the generator in 11_2 runs: the small GRU after about two minutes' training.

A count of steps rather than of seconds, so that any machine arrives at the same model.
"""

PARAMETERS = {"UNITS": 256, "BATCH": 32, "RATE": 0.005, "STEPS": 1800}
STOP = "train-all"

CELL = """
keras.utils.set_random_seed(SEED)
TIME = 64
model = build("GRU", UNITS)
run = Run(model, stream(train, BATCH, TIME), BATCH, RATE)
train_all({"GRU": run}, run, STEPS)
exact = float(char_bits(run, cut_test, len(ids)).mean())
small = [w.astype("float16") for w in model.get_weights()]
model.set_weights([w.astype("float32") for w in small])  # what is shipped is what ran
rounded = float(char_bits(run, cut_test, len(ids)).mean())

LENGTH, WORD = 300, re.compile(r"\\w{3,}")
words = set(WORD.findall(train_text))
rows = [test_text[k : k + LENGTH] for k in range(0, HELD - LENGTH + 1, LENGTH)]
found = [word for row in rows for word in WORD.findall(row[1:-1])]
again = [1 - len(set(w)) / len(w) for w in (windows_of(row, 20) for row in rows)]
held = [p.strip("\\n") for p in PIECE.findall(test_text)]
held = [p for p in held if 200 <= len(p) <= 500 and ". " in p]
held = [p for p in held if p.lstrip()[0].isupper()]  # prose, no lists

EXPORT = {
    "11_2_text_generation": {
        "info": {
            "known": "".join(known),  # id 1 first; id 0 is the unknown
            "unknownBits": float(EXTRA),
            "units": UNITS,
            "steps": run.steps,
            "seconds": run.spent,
            "characters": len(train),
            "bits": {
                "float32": exact,
                "float16": rounded,
                "n-gram": counted,
                "xz": primed,
            },
            "heldOut": {
                "words": float(np.mean([word in words for word in found])),
                "repeated": float(np.mean(again)),
            },
            "words": " ".join(sorted(words)),
            "paragraphs": held[:3],
        },
        "arrays": dict(
            zip(("e", "W_x", "W_h", "b", "W_hq", "b_q"), small, strict=True)
        ),
    }
}
"""
