"""What attention looks at: number words and dates, four models each."""

PARAMETERS: dict = {}
# Definitions only, none of the chapter's own training.
CELLS = [
    "parameters",
    "setup",
    "read-pairs",
    "number-words",
    "arrays",
    "number-data",
    "translator",
    "translator-decode",
    "train",
    "greedy",
    "scores",
    "concat-and-weights",
    "local",
    "attend",
    "date-data",
]
CELL = '''
from babel import Locale

KINDS = ["plain", "additive", "dot", "general"]
# The same for every model of both tasks; enough for attention, not for the plain model.
BATCHES, BATCH = 600, 64


def variables(model):
    """The model's weights by the names the page uses."""
    layers = {"there": model.encoder.forward_layer.cell}
    layers |= {"back": model.encoder.backward_layer.cell, "decoder": model.cell}
    found = {
        "embed_source": model.embed_source.embeddings,
        "embed_target": model.embed_target.embeddings,
    }
    for name, cell in layers.items():
        found[f"{name}_W_x"] = cell.kernel
        found[f"{name}_W_h"] = cell.recurrent_kernel
        found[f"{name}_b"] = cell.bias
    for name in ("start", "mix", "readout"):
        found[f"{name}_W"] = getattr(model, name).kernel
        found[f"{name}_b"] = getattr(model, name).bias
    found |= model.p
    assert len(found) == len(model.trainable_variables), "a weight is missing"
    return found


def trained(kind, corpus):
    """A model, its weights rounded to half precision, and exact match before that."""
    keras.utils.set_random_seed(SEED)
    model = Translator(kind, UNITS, corpus)
    train(model, corpus, BATCHES, rate=5e-3, batch=BATCH)
    before = right(model, corpus).mean()
    for variable in variables(model).values():
        variable.assign(variable.numpy().astype("float16").astype("float32"))
    return model, float(before)


def right(model, corpus):
    """True for every held-out pair that the model gets exactly right."""
    ids = greedy(model, corpus.x[test], corpus.y.shape[1])
    return exact(ids, corpus.y[test])


def exported(corpus, groups):
    """Arrays, and the scores of all models on the held-out pairs and their groups."""
    arrays, scores = {}, {}
    for kind in KINDS:
        model, before = trained(kind, corpus)
        for name, variable in variables(model).items():
            arrays[f"{kind}/{name}"] = variable.numpy().astype("float16")
        hit = right(model, corpus)
        scores[kind] = {"before rounding": round(before, 4)}
        scores[kind]["exact"] = round(float(hit.mean()), 4)
        scores[kind]["groups"] = [round(float(hit[k].mean()), 4) for k in groups]
    info = {"words": corpus.words, "longest": corpus.y.shape[1], "batches": BATCHES}
    info |= {"batch": BATCH, "pairs": PAIRS, "scores": scores}
    info["held out"] = [int(rows.sum()) for rows in groups]
    return info, arrays


EXPORT = {}
LENGTHS = {"up to 5 words": (1, 5), "6 or 7": (6, 7), "8 or 9": (8, 9)}
LENGTHS["10 or 11"] = (10, 11)
real = data.length[test]
groups = [(low <= real) & (real <= high) for low, high in LENGTHS.values()]
info, arrays = exported(data, groups)
info["groups"] = [[name, *ends] for name, ends in LENGTHS.items()]
info["trained"] = sorted(map(int, numbers[:PAIRS]))
info["unseen"] = [int(n) for n in numbers[test]]
EXPORT["08_attention_numbers"] = {"info": info, "arrays": arrays}


def names(pattern, locale, dates):
    return [format_date(day, pattern, locale) for day in dates]


rng = np.random.default_rng(SEED)
first_day = datetime.date(1900, 1, 1)
picked = rng.permutation(73_049)[: PAIRS + 600]  # days of two centuries, each once
form_of = rng.integers(len(FORMS), size=len(picked))
days = [first_day + datetime.timedelta(int(k)) for k in picked]
pairs = [
    (list(written(day, *FORMS[k])[0]), list(day.isoformat()))
    for day, k in zip(days, form_of, strict=True)
]
dates = Corpus(pairs, PAIRS)
groups = [form_of[test] == k for k in range(len(FORMS))]
info, arrays = exported(dates, groups)
info["forms"] = []
twelve = [datetime.date(2001, k, 1) for k in range(1, 13)]
seven = [datetime.date(2001, 1, k) for k in range(1, 8)]  # a Monday first
for locale, pattern in FORMS:
    month = re.search("M+", pattern)[0]
    form = {"language": Locale.parse(locale).english_name, "locale": locale}
    form |= {"pattern": pattern, "months": names(month, locale, twelve)}
    info["forms"].append(form | {"days": names("EEEE", locale, seven)})
code = [int(k) for k in picked * len(FORMS) + form_of]  # one number for a pair
info["trained"], info["unseen"] = sorted(code[:PAIRS]), code[PAIRS:]
EXPORT["08_attention_dates"] = {"info": info, "arrays": arrays}
'''
