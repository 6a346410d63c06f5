"""Small files for the translation chapter: pairs it takes, and files it refuses."""

READER = "read_pairs"

_TENS = ["", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc"]
_ONES = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]
_HUNDREDS = ["", "c", "cc", "ccc", "cd", "d", "dc", "dcc", "dccc", "cm"]


def _roman(number: int) -> str:
    """A number below a thousand in Roman numerals."""
    hundreds, rest = divmod(number, 100)
    return _HUNDREDS[hundreds] + _TENS[rest // 10] + _ONES[rest % 10]


_LINES = [f"{_roman(number)}\t{number}" for number in range(1, 601)]
_GREEK = [f"{_roman(number)}\tαριθμός {number}" for number in range(1, 301)]

GOOD: dict[str, bytes] = {
    "roman.tsv": ("\ufeff" + "\r\n".join([*_LINES, "", _LINES[0]])).encode(),
    "roman_greek.tsv": "\n".join(_GREEK).encode(),
}
BAD: dict[str, bytes] = {
    "empty.tsv": b"",
    "blank.tsv": b"\r\n \r\n\t\r\n",
    "one_column.tsv": b"i\t1\nii 2\n",
    "three_columns.tsv": b"i\t1\tone\n",
    "empty_source.tsv": b"i\t1\n\t2\n",
    "empty_target.tsv": b"i\t1\nii\t\n",
    "latin1.tsv": "i\t1\nfünf\t5\n".encode("latin-1"),
    "binary.tsv": b"i\t1\n\x00\x01\t\x00\n",
    "short.tsv": b"i\t1\nii\t2\n",
    "repeated.tsv": b"i\t1\n" * 500,
    "one_target.tsv": "\n".join(f"{_roman(n)}\tyes" for n in range(1, 400)).encode(),
    "one_source.tsv": "\n".join(f"i\t{n}" for n in range(1, 400)).encode(),
    "huge_line.tsv": b"i\t1\n" + b"x" * 100_000 + b"\t4\n",
}
QUICK: dict[str, object] = {"STEPS": 3, "XLA": False}
