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


def test_a_stray_byte_damages_its_cell_only_and_is_said() -> None:
    sheet = read_sheet("Name,Stadt\nJürgen,Köln\nZoë,X".encode() + b"\xff" + "\nJosé,Málaga\n".encode())
    assert [row.cells for row in sheet.rows()] == [("Jürgen", "Köln"), ("Zoë", "X\ufffd"), ("José", "Málaga")]
    assert "Line 3 holds a byte that is not utf-8" in sheet.notes[0]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Имя;Город\nИван Петров;Москва\nМария;Санкт-Петербург\n"),
        ("cp932", "氏名;会社\n山本花子;見本商事\n佐藤太郎;東京電力\n"),
    ],
)
def test_an_encoding_is_found_by_its_letters_and_is_said(encoding: str, text: str) -> None:
    sheet = read_sheet(text.encode(encoding))
    assert (sheet.encoding, sheet.headers) == (encoding, tuple(text.partition("\n")[0].split(";")))
    assert encoding in sheet.notes[-1]


def test_lines_of_a_title_are_left_out_and_lines_are_still_counted_from_the_top() -> None:
    sheet = read_sheet(b"Pipeline 2026;;;\n\nLead ID;Name;Email\nL1;Ann;ann@a.example\n")
    assert sheet.headers == ("Lead ID", "Name", "Email")
    assert [row.line for row in sheet.rows()] == [4]
    assert sheet.notes == ("1 line above the header, on line 3, is left out.",)


def test_one_column_of_texts_with_commas_has_no_title() -> None:
    sheet = read_sheet(b"Anschrift\nMain St 1, Berlin, Germany\nHigh St 2, London, England\n")
    assert sheet.headers == ("Anschrift",)


def test_a_file_without_a_header_loses_no_row() -> None:
    sheet = read_sheet(b"L1,Zita,zita@arden.example\nL2,Arno,arno@arden.example\n")
    assert sheet.headers == ("Column 1", "Column 2", "Column 3")
    assert [row.line for row in sheet.rows()] == [1, 2]
    assert "no header" in sheet.notes[0]


def test_a_header_of_years_is_a_header() -> None:
    assert read_sheet(b"Name,2025-01-31,2026-01-31\na,1,2\n").headers[1] == "2025-01-31"


def test_lines_quoted_as_a_whole_are_taken_apart() -> None:
    sheet = read_sheet(b'"id,name,note"\n"1,""Ann, Lee"",x"\n"2,Bob,y"\n')
    assert sheet.headers == ("id", "name", "note")
    assert [row.cells[0] for row in sheet.rows()] == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "rows", "said"),
    [
        ("Name,Amount\nA,5\nB,7\nTotal,12\n", 2, "“Total”"),
        ("Name,Amount\nA,5\nB,7\nTotal,99\n", 3, "comes in as a row"),
        ("Nr;Name;Betrag\n1;A;1.200,50\n2;B;300,00\nSumme;;1.500,50\nStand: 31.12.2025;;\n", 2, "“Stand: 31.12.2025”"),
        ('"ID","Name","Sum"\n"1","A","5"\n"2","B","6"\n\n"Report"\n"Generated By: Ann 3/4/2026"\n', 2, "“Report”"),
        ("ID,Name,Amount\n1,A,5\n2,B,6\n3,C,1\n,,12\n", 3, "“12”"),
        ("ID,Name,Amount\n1,A,5\n2,B,6\n3,C,1\n,,11\n", 4, ""),
        ("ID,Company,Amount\n1,Acme,5\n2,Total,6\n3\n", 3, ""),
        ('ID,Name,Note\n1,A,"x\ny"\n2,B,"Total\nz"\n', 2, ""),
        ("ID,Name\n----,----\n1,A\n2,B\n\n(2 rows affected)\n", 2, "rows affected"),
        ("ID,Name\n1,A\n\ufeffID,Name\n2,B\nID,Name\n3,C\n", 3, "on line 3 and 1 more"),
    ],
)
def test_totals_remarks_and_repeated_headers_are_no_rows_and_are_told(text: str, rows: int, said: str) -> None:
    sheet = read_sheet(text.encode())
    assert len(list(sheet.rows())) == rows
    assert said in " ".join(sheet.notes) if said else sheet.notes == ()


def test_guards_and_letters_nobody_sees_are_taken_off_and_told() -> None:
    sheet = read_sheet('ID,Phone,Email\n="007",\'+49 30,\u200bann@acme.example\n="008",\'030,\'s-Bos\n'.encode())
    assert [row.cells for row in sheet.rows()] == [("007", "+49 30", "ann@acme.example"), ("008", "030", "'s-Bos")]
    assert "width" in sheet.notes[0] and "guarded" in sheet.notes[1]


def test_single_quotes_around_each_cell_are_taken_off_and_told() -> None:
    sheet = read_sheet(b"'ID','Name'\n'Q1','O''Neil'\n'Q2','Bob'\n")
    assert ([row.cells for row in sheet.rows()], len(sheet.notes)) == ([("Q1", "O'Neil"), ("Q2", "Bob")], 1)


def test_a_line_that_heads_groups_of_columns_is_a_title() -> None:
    sheet = read_sheet(b"Person,,,Firm,\nID,Name,Email,Company,Industry\nT1,Ann,a@b.example,Acme,Retail\n")
    assert sheet.headers == ("ID", "Name", "Email", "Company", "Industry")


@pytest.mark.parametrize("text", ["<html><table><tr><td>ID</td></tr></table>", '{"id": 1}\n{"id": 2}\n', "<?xml ?>"])
def test_what_is_no_table_is_refused_in_words(text: str) -> None:
    for content in (text.encode(), b"\x1f\x8b\x08\x00 packed", b"%PDF-1.7"):
        with pytest.raises(UnreadableFile, match="not a table"):
            read_sheet(content)
