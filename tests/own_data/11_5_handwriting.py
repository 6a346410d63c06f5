"""Files that drive 11_5_handwriting: two good sets of small shapes, and bad files."""

import random

READER = "read_digits"

SHAPES = {  # 6 x 6: 1 is ink
    "cross": "100001 010010 001100 001100 010010 100001",
    "box": "111111 100001 100001 100001 100001 111111",
    "bar": "000000 000000 111111 111111 000000 000000",
    "post": "001100 001100 001100 001100 001100 001100",
    "ell": "110000 110000 110000 110000 111111 111111",
}


def shapes(each: int, seed: int = 0) -> list[str]:
    """Lines name,pixel,... of noisy shapes with grey values from 0 to 255."""
    rng, lines = random.Random(seed), []
    for name, picture in SHAPES.items():
        ink = [int(cell) for cell in picture.replace(" ", "")]
        for _ in range(each):
            grey = [190 * cell + rng.randrange(65) for cell in ink]
            lines.append(",".join([name, *map(str, grey)]))
    rng.shuffle(lines)
    return lines


LINES = shapes(40)
HEADER = ",".join(["shape", *(f"p{k}" for k in range(36))])
ROW = ",".join(["7"] * 16)  # a 4 x 4 image

GOOD: dict[str, bytes] = {
    "shapes.csv": ("\ufeff" + "\r\n".join([HEADER, *LINES, ""])).encode(),
    "bare.csv": "\n".join([*LINES, "", LINES[0]]).encode(),  # blank line and a repeat
}

BAD: dict[str, bytes] = {
    "empty.csv": b"",
    "blank.csv": b"\n \n\r\n",
    "header_only.csv": HEADER.encode(),
    "latin1.csv": f"\xe9cole,{ROW}\n".encode("latin-1"),
    "binary.csv": b"a,\x00\x01\x02\n",
    "one_column.csv": b"cross\nbox\n",
    "semicolons.csv": LINES[0].replace(",", ";").encode(),
    "not_square.csv": f"a,{ROW},7\n".encode(),
    "ragged.csv": "\n".join([*LINES, f"box,{ROW}"]).encode(),
    "words.csv": "\n".join([*LINES, "box" + ",dark" * 36]).encode(),
    "negative.csv": f"a,-1{ROW[1:]}\n".encode(),
    "not_finite.csv": f"a,nan{ROW[1:]}\n".encode(),
    "too_large.csv": f"a,1e9{ROW[1:]}\n".encode(),
    "no_label.csv": f"a,{ROW}\n,{ROW}\n".encode(),
    "two_labels.csv": f"a,{ROW}\nb,{ROW}\n".encode(),
    "huge_line.csv": b"a" + b",1" * 20_000,
    "huge_cell.csv": b"a," + b"1" * 50_000,
    "short.csv": "\n".join(LINES[:9]).encode(),
    "one_class.csv": "\n".join(x for x in shapes(80) if x[0] == "p").encode(),
    "rare.csv": "\n".join(["x" + LINES[0], *LINES[1:]]).encode(),
    "all_the_same.csv": "\n".join([f"a,{ROW}"] * 200).encode(),
}

QUICK: dict[str, object] = {"STEPS": 5, "SHORT": 5}
