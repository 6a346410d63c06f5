"""Files for 11_3_summarisation: one that is good, many that are not."""

import random

READER = "read_summaries"

# Made-up shopping notes in German: what is bought, and where to.
GOODS = [
    "Äpfel",
    "Birnen",
    "Brot",
    "Butter",
    "Eier",
    "Essig",
    "Fisch",
    "Gurken",
    "Hafer",
    "Honig",
    "Ingwer",
    "Joghurt",
    "Kaffee",
    "Kartoffeln",
    "Käse",
    "Kohl",
    "Kürbis",
    "Lauch",
    "Linsen",
    "Mais",
    "Mandeln",
    "Mehl",
    "Milch",
    "Möhren",
    "Nudeln",
    "Nüsse",
    "Öl",
    "Oliven",
    "Paprika",
    "Pfeffer",
    "Pilze",
    "Quark",
    "Reis",
    "Rosinen",
    "Rüben",
    "Sahne",
    "Salat",
    "Salz",
    "Senf",
    "Spinat",
    "Tee",
    "Tomaten",
    "Trauben",
    "Wasser",
    "Zimt",
    "Zucker",
    "Zwiebeln",
    "Beeren",
]
TOWNS = [
    "Aachen",
    "Bonn",
    "Celle",
    "Dresden",
    "Erfurt",
    "Fulda",
    "Gera",
    "Halle",
    "Jena",
    "Köln",
]
_draw = random.Random(0)


def _note() -> str:
    """One line: a list of goods with weights, and its first and last item."""
    goods, town = _draw.sample(GOODS, 5), _draw.choice(TOWNS)
    body = ", ".join(f"{_draw.randint(1, 90)} Pfund {item}" for item in goods)
    return f"{body}; alles nach {town} bitte\t{town}: {goods[0]} bis {goods[-1]}"


_notes = [_note() for _ in range(260)]
GOOD: dict[str, bytes] = {
    "notes.tsv": ("\ufeff" + "\r\n".join([*_notes, "", _notes[0]])).encode()
}

_many = "".join(
    f"the quick brown fox number {k} jumps over the lazy dog again\tfox {k} jumps\n"
    for k in range(300)
)
_swapped = "".join(
    f"fox {k} jumps\tthe quick brown fox number {k} jumps over the lazy dog again\n"
    for k in range(300)
)
BAD: dict[str, bytes] = {
    "empty.tsv": b"",
    "blank.tsv": b"\n \n\r\n",
    "one_column.tsv": (_many + "no tab here\n").encode(),
    "three_columns.tsv": (_many + "a\tb\tc\n").encode(),
    "comma.csv": _many.replace("\t", ",").encode(),
    "empty_side.tsv": (_many + "a text\t\n").encode(),
    "no_word.tsv": (_many + "a text\t?!\n").encode(),
    "latin1.tsv": (_many + "fünf Wörter\tfünf\n").encode("latin-1"),
    "utf16.tsv": _many.encode("utf-16"),
    "nul.tsv": (_many + "a\0b\tc\n").encode(),
    "binary.tsv": bytes(range(256)) * 8,
    "short.tsv": _many[:700].rpartition("\n")[0].encode(),
    "same_line.tsv": b"one and the same line of text for ever\tthe same\n" * 500,
    "one_summary.tsv": "".join(
        f"the quick brown fox number {k} jumps over the lazy dog\tfox\n"
        for k in range(300)
    ).encode(),
    "swapped.tsv": _swapped.encode(),
    "few_words.tsv": "".join(
        f"fox {k} jumps high\tfox {k}\n" for k in range(300)
    ).encode(),
    "huge_line.tsv": (_many + "na " * 50_000 + "\tna\n").encode(),
}

QUICK: dict[str, object] = {"STEPS": 1, "TUNE": 1, "UNITS": 8}
