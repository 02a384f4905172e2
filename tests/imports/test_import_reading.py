"""Bytes of any program become rows, and every line that holds something comes out as one."""

import io
import random
import zipfile

import pytest

from imports.csv_reader import UnreadableFile, read_sheet


def rows(content: bytes) -> list[tuple[int, tuple[str, ...], str]]:
    """Line, cells and problem code of every row."""
    sheet = read_sheet(content)
    return [(row.line, row.cells, row.problem[0] if row.problem else "") for row in sheet.rows()]


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


TEXT = "Name,Stadt\nJürgen,Köln\n"


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("utf-8", TEXT.encode()),
        ("utf-8-sig", TEXT.encode("utf-8-sig")),
        ("cp1252", TEXT.encode("latin-1")),
        ("utf-16", TEXT.encode("utf-16")),
        ("utf-16-le", TEXT.encode("utf-16-le")),
        ("utf-16-be", TEXT.encode("utf-16-be")),
    ],
)
def test_every_usual_encoding_is_read(encoding: str, content: bytes) -> None:
    sheet = read_sheet(content)
    assert sheet.encoding == encoding
    assert sheet.headers == ("Name", "Stadt")
    assert [row.cells for row in sheet.rows()] == [("Jürgen", "Köln")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_delimiter_is_found(delimiter: str) -> None:
    content = delimiter.join("abc") + "\n" + delimiter.join(["1,5", "x", "y"] if delimiter != "," else "123") + "\n"
    assert read_sheet(content.encode()).delimiter == delimiter


def test_excels_own_word_for_the_delimiter_is_heard() -> None:
    assert rows(b"sep=;\na;b\n1;2\n") == [(3, ("1", "2"), "")]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_usual_line_end_is_read(newline: str) -> None:
    assert rows(newline.join(["a,b", "1,2", "3,4"]).encode()) == [(2, ("1", "2"), ""), (3, ("3", "4"), "")]


def test_a_cell_may_span_lines_and_lines_are_counted_as_an_editor_counts() -> None:
    assert rows(b'a,b\n1,"x\ny"\n3,4\n') == [(2, ("1", "x\ny"), ""), (4, ("3", "4"), "")]


def test_blank_lines_are_no_rows() -> None:
    assert rows(b"a,b\n\n1,2\n,\n  ,  \n3,4\n\n") == [(3, ("1", "2"), ""), (6, ("3", "4"), "")]


def test_a_short_row_ends_in_blanks_and_a_long_one_is_a_problem() -> None:
    assert rows(b"a,b,c\n1\n1,2,3,4\n1,2,3,,\n") == [
        (2, ("1", "", ""), ""),
        (3, ("1", "2", "3", "4"), "too_many_cells"),
        (4, ("1", "2", "3"), ""),
    ]


def test_a_quote_never_closed_costs_its_own_line_only() -> None:
    assert rows(b'a,b\n1,2\n3,"oops\n5,6\n7,8\n') == [
        (2, ("1", "2"), ""),
        (3, ('3,"oops',), "unclosed_quote"),
        (4, ("5", "6"), ""),
        (5, ("7", "8"), ""),
    ]


def test_a_quote_in_the_middle_of_a_cell_is_read_where_the_row_is_whole() -> None:
    assert rows(b'a,b\n"He said "hi"",2\n') == [(2, ('He said hi""', "2"), "")]


def test_a_nul_is_a_problem_of_its_row() -> None:
    assert [(line, code) for line, _, code in rows(b"a,b\n1,\x00\n3,4\n")] == [(2, "nul_character"), (3, "")]


def test_a_cell_longer_than_128_kB_is_read() -> None:
    long = b"x" * 200_000
    assert len(rows(b"a,b\n1," + long + b"\n")[0][1][1]) == 200_000


def test_an_empty_column_without_a_name_is_left_out_and_a_filled_one_gets_a_name() -> None:
    assert read_sheet(b"a,b,\n1,2,\n").headers == ("a", "b")
    assert read_sheet(b"a,,b,\n1,x,2,y\n").headers == ("a", "Column 2", "b", "Column 4")


def test_headers_that_repeat_are_told_apart() -> None:
    assert read_sheet(b"a, a ,a\n1,2,3\n").headers == ("a", "a (2)", "a (3)")


def test_a_zip_with_one_file_is_opened() -> None:
    content = zipped({"leads.csv": b"a,b\n1,2\n", "__MACOSX/x": b"junk"})
    assert rows(content) == [(2, ("1", "2"), "")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n \n,\n", "empty_file"),
        (zipped({"a": b"x", "b": b"y"}), "zip_not_one_file"),
        (zipped({"xl/workbook.xml": b"x"}), "not_csv"),
        (b"PK\x03\x04 not a zip", "bad_zip"),
        (b",".join(b"h%d" % number for number in range(700)), "too_many_columns"),
        (b'"never closed', "bad_header"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_sheet(content)
    assert refused.value.code == code


def test_a_file_full_of_broken_quotes_is_rejected_line_by_line() -> None:
    content = b"a,b\n" + b'x,"never closed\n' * 3_000
    assert [code for _, _, code in rows(content)] == ["unclosed_quote"] * 3_000


def test_no_bytes_whatever_bring_the_reader_down() -> None:
    chance = random.Random(7)
    letters = b'ab,;\t|"\n\r\x00\xff\xfe\xc3\xa4 0'
    for _ in range(400):
        content = bytes(chance.choice(letters) for _ in range(chance.randint(1, 200)))
        try:
            for row in read_sheet(content).rows():
                assert row.problem or len(row.cells)
        except UnreadableFile as refused:
            assert refused.code
