"""What the book owes its sources: paid by every chapter that exists."""

import pytest

from tools import chapters, debts


def test_every_id_has_a_chapter():
    """58 mistakes, 9 promises, 7 listings, 9 figures, 8 questions."""
    counts = {"E": 58, "P": 9, "L": 7, "F": 9, "Q": 8}
    wanted = {
        f"{kind}{number:02}" if kind == "E" else f"{kind}{number}"
        for kind, count in counts.items()
        for number in range(1, count + 1)
    }
    table = debts.owed()
    table.pop("book/errata")  # repeats all mistakes, beside the chapter of each
    assert {one for ids in table.values() for one in ids} == wanted


@pytest.mark.parametrize("document", chapters.in_contents())
def test_published_chapter_pays(document):
    owes = set(debts.owed().get(document, []))
    missing = sorted(owes - debts.paid(document))
    assert not missing, f"{document} is published but does not pay {missing}"


def test_ranges_are_written_out():
    assert debts.expand("E09–E11") == ["E09", "E10", "E11"]
    assert debts.expand("P3") == ["P3"]
