"""Small texts for the text chapter: one that is accepted, and some that are not."""

READER = "read_text"

WHO = "Der Müller,Die Köchin,Ein Fährmann,Unser Nachbar,Das Kind,Die alte Äbtissin"
DOES = "zählt,sucht,verkauft,malt,hütet,vergräbt,findet,wägt"
WHAT = "zwei Gänse,einen Schlüssel,drei Äpfel,die Laterne,ein Boot,sieben Nüsse,das Öl"
WHERE = "am Fluss,im Keller,hinter der Mühle,auf dem Markt,bei Köln,unter der Brücke"


def line(n: int) -> str:
    """A sentence whose words depend on n without an obvious order."""
    parts = []
    for k, words in enumerate((WHO, DOES, WHAT, WHERE)):
        choices = words.split(",")
        parts.append(choices[(n * 2654435761 >> (5 * k + 3)) % len(choices)])
    return f"{' '.join(parts)}, um {n % 12 + 1} Uhr {n * 37 % 60:02d}."


LINES = [line(n) + ("" if n % 4 else "\r\n") for n in range(420)]
GOOD: dict[str, bytes] = {"fluss.txt": ("\ufeff" + "\r\n".join(LINES)).encode()}
BAD: dict[str, bytes] = {
    "empty.txt": b"",
    "blank.txt": b" \r\n\r\n\t\r\n",
    "latin1.txt": "Fünf Gänse schwimmen über den Fluss.\n".encode("latin-1") * 400,
    "utf16.txt": ("Ein Fährmann rudert.\n" * 600).encode("utf-16"),
    "binary.txt": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 900,
    "nul.txt": b"one line\nanother\x00line\n" * 700,
    "short.txt": b"Once upon a time there was a file that ended too soon.\n",
    "one_letter.txt": b"a" * 15_000,
    "same_line.txt": b"All work and no play.\n" * 1500,
    "same_paragraph.txt": b"All work and no play\nmakes Jack a dull boy.\n\n" * 1000,
    "huge_line.txt": b"short\n" + b"word after word after word, " * 2000 + b"\n",
}
QUICK: dict[str, object] = {
    "STEPS": 5,
    "ABLATION_STEPS": 3,
    "TUTORIAL_UNITS": 48,
    "LENGTH": 60,
}
