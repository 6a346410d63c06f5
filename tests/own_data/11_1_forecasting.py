"""Small files to drive the chapter with: one to run on, the others to be refused."""

READER = "read_series"


def rows(values, first_day=0):
    """Lines date,value for consecutive days from 2 January 2023, a Monday."""
    months = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    lines, year, month, day = ["date,value"], 2023, 1, 2
    for number, value in enumerate(values):
        if number >= first_day:
            lines.append(f"{year}-{month:02}-{day:02},{value}")
        day += 1
        if day > months[month - 1]:
            month, day = month + 1, 1
        if month > 12:
            year, month = year + 1, 1
    return lines


WEEK = [0, 1, 2, 2, 5, 11, 9]
SALES = [f"{40 + WEEK[k % 7] + k * 7919 % 13 / 4 + k / 60:.2f}" for k in range(240)]
SALES[30:33] = ["NA", "", "NA"]  # a shop closed for three days
LINES = rows(SALES)
del LINES[100:102]  # two days without a row

GOOD = {"sales.csv": ("\ufeff" + "\r\n".join([*LINES, ""])).encode()}

BAD = {
    "empty.csv": b"",
    "only_header.csv": b"date,value\n",
    "one_column.csv": b"value\n3.1\n",
    "three_columns.csv": b"date,value,unit\n2023-01-02,1,kg\n",
    "no_header.csv": "\n".join(LINES[1:]).encode(),
    "not_a_date.csv": b"date,value\n2023-01-02,1\n2023-02-30,2\n",
    "not_a_number.csv": b"date,value\n2023-01-02,1\n2023-01-03,much\n",
    "infinite.csv": b"date,value\n2023-01-02,inf\n",
    "latin1.csv": "date,größe\n2023-01-02,1\n".encode("latin-1"),
    "binary.csv": b"date,value\n\x00\x01\x02,\x00\n",
    "twice.csv": "\n".join([*LINES, LINES[7]]).encode(),
    "short.csv": "\n".join(LINES[:40]).encode(),
    "constant.csv": "\n".join(rows([5] * 240)).encode(),
    "same_week.csv": "\n".join(rows([WEEK[k % 7] for k in range(240)])).encode(),
    "same_line.csv": b"date,value\n" + b"2023-01-02,1\n" * 300,
    "mostly_missing.csv": "\n".join([*LINES, "2025-12-31,4"]).encode(),
    "huge_line.csv": b"date,value\n2023-01-02," + b"7" * 50_000 + b"\n",
}

QUICK = {"STEPS": 5}
