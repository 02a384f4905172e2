"""The text of an uploaded file: out of its zip, decoded, and not larger than a table would be."""

import io
import re
import unicodedata
import zipfile
from contextlib import suppress

from charset_normalizer import from_bytes

from core.errors import BadInput

MAX_BYTES = 64 * 1024 * 1024
MAX_TEXT_BYTES = 256 * 1024 * 1024  # of the file inside a zip
MOST_UNFOLDING = 200  # times; tables of text shrink by 5 to 30, what shrinks more was made to

JUDGED_BYTES = 64 * 1024
# Encodings that programs still write, the likeliest first: of two that read a file alike, the earlier is named.
ENCODINGS = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp932", "euc_jp", "gb18030", "big5", "euc_kr", "mac_roman",
    "cp850",
)  # fmt: skip
NO_TABLES = {
    ("<!doctype html", "<html", "<table", "<body", "<meta"): "a web page",
    ("<?xml",): "XML",
    ('{"', "[{", '[["', "{\n", "[\n"): "JSON",
}
NO_TEXT = {
    b"\x1f\x8b": "packed with gzip", b"7z\xbc\xaf": "packed with 7-Zip", b"Rar!": "packed with RAR", b"%PDF": "a PDF",
    b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"SQLite format 3": "a database", b"PAR1": "a Parquet file",
}  # fmt: skip
MARKS = {  # of two that begin alike, the longer stands first
    b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}  # fmt: skip
STRAY = "\ufffd"
FEW_STRAYS = 2  # bytes, which damage their cells; of more, lines are written in another encoding
STRAY_BYTES = "Line {line} holds a byte that is not {encoding}; it is shown as {mark} in its cell. Others may follow."
ENCODING = "The file does not name its encoding; it is read as {encoding}. Check letters with accents."
WESTERN = 0x100
MIXED = "Some lines are written in {encoding} and others in UTF-8; each is read as it is written."
TWICE = (
    "Letters such as “{found}” look as if another program has read this file in a wrong encoding; they come in as they "
    "stand."
)
READ_TWICE = re.compile("Ã[¤¶¼Ÿ„–œ©¨«±³¡º\u00ad]|â‚¬|â€[œ“™”¦]")
COMBINING = re.compile("[\u0300-\u036f\u1161-\u11a7\u3099\u309a]")  # accents apart from their letters, as macOS writes


class UnreadableFile(BadInput):
    """The file as a whole cannot be read; the code says why."""

    code = "unreadable_file"

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail, code=code, field="file")


def refuse_no_table(text: str) -> None:
    """Refuse a web page, XML and JSON, whatever their names end in. Raises UnreadableFile."""
    begins = text[:200].lstrip("\ufeff \t\r\n").lower()
    for starts, what in NO_TABLES.items():
        if begins.startswith(starts):
            detail = f"This is {what}, not a table. Open it in a spreadsheet program and save it as xlsx or CSV."
            raise UnreadableFile(detail, "no_table")


def check_size(size: int) -> None:
    """Refuse an empty file and one that is too large. Raises UnreadableFile."""
    if not size:
        raise UnreadableFile("The file is empty.", "empty_file")
    if size > MAX_BYTES:
        raise UnreadableFile(f"The file is larger than {MAX_BYTES // 2**20} MB.", "file_too_large")


def unpacked(content: bytes) -> bytes:
    """The one text file inside a zip; any other file as it is. Raises UnreadableFile."""
    return _unzipped(content) if content[:4] == b"PK\x03\x04" else content


def packed(text: bytes) -> bytes:
    """The text; in a zip where it is larger than a file may be."""
    if len(text) <= MAX_BYTES:
        return text
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("sheet.csv", text)
    return out.getvalue()


def decoded_as(content: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    """The text in an encoding that somebody chose, and what people should know of it."""
    text, _, notes = _with_marks(content, encoding)
    return text, notes


def _unzipped(content: bytes) -> bytes:
    """The one text file inside a zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if any(name.startswith(("xl/", "word/")) for name in archive.namelist()):
                raise UnreadableFile("This is an office document, and no workbook. Save its table as CSV.", "not_csv")
            inside = [
                each
                for each in archive.infolist()
                if not each.is_dir()
                and not each.filename.startswith("__MACOSX/")
                and not each.filename.rpartition("/")[2].startswith(".")
            ]
            if len(inside) != 1:
                raise UnreadableFile(
                    f"The zip holds {len(inside)} files; it must hold exactly one.", "zip_not_one_file"
                )
            with archive.open(inside[0]) as file:
                most = min(MAX_TEXT_BYTES, 2**20 + MOST_UNFOLDING * inside[0].compress_size)
                read = file.read(most + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
        raise UnreadableFile("The zip is damaged or protected by a password.", "bad_zip") from None
    if len(read) > MAX_TEXT_BYTES:
        raise UnreadableFile(f"The file in the zip is larger than {MAX_TEXT_BYTES // 2**20} MB.", "file_too_large")
    if len(read) > most:
        raise UnreadableFile("The zip unfolds to more than a table would. Send the file itself.", "unfolds_too_far")
    return read


def with_whole_letters(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with each letter and its accents as one, and what is said of letters that were damaged before."""
    if COMBINING.search(text):
        text = unicodedata.normalize("NFC", text)
    found = READ_TWICE.search(text)
    return text, (TWICE.format(found=found[0]),) if found else ()


def text_of(content: bytes) -> tuple[str, str, tuple[str, ...]]:
    """The text, the name of its encoding, and what people should know of it: by its mark, by its zeros, as UTF-8, else
    in the encoding whose letters look most like a language. Raises UnreadableFile.

    Where the file says itself how it is written, a stray byte becomes a visible mark, not a lost row."""
    check_size(len(content))
    content = unpacked(content)
    if what := next((what for mark, what in NO_TEXT.items() if content.startswith(mark)), ""):
        raise UnreadableFile(f"This file is {what}, not a table. Save the table as xlsx or CSV.", "no_table")
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return _with_marks(content, encoding)
    start = content[:1000]
    for zeros, encoding in ((start[1::2], "utf-16-le"), (start[0::2], "utf-16-be")):
        if len(start) > 3 and zeros.count(0) > 0.7 * len(zeros):
            return _with_marks(content, encoding)
    with suppress(UnicodeDecodeError):
        return content.decode(), "utf-8", ()
    text, _, notes = _with_marks(content, "utf-8")
    strange = text.count(STRAY)
    has_letters = sum(not letter.isascii() for letter in text) > strange
    if strange <= FEW_STRAYS and has_letters:
        return text, "utf-8", notes
    encoding = _likely_encoding(content)
    is_western = all(ord(letter) < WESTERN for letter in text if letter != STRAY)
    likely = "cp1252" if is_western else encoding  # where the other lines are of western languages, so are these
    if has_letters and (mixed := _line_by_line(content, likely)):
        return mixed, likely, (MIXED.format(encoding=likely),)
    text, _, notes = _with_marks(content, encoding)
    return text, encoding, (*notes, ENCODING.format(encoding=encoding))


def _line_by_line(content: bytes, encoding: str) -> str:
    """The text of a file that was put together from several, each line as it is written; nothing where no line with
    accents is UTF-8, or one of the others cannot be read."""
    read, others = list[str](), 0
    for line in content.splitlines(keepends=True):
        try:
            read.append(line.decode())
            others += not line.isascii()
        except UnicodeDecodeError:
            read.append(line.decode(encoding, errors="replace"))
    text = "".join(read)
    return text if others and STRAY not in text else ""


def _with_marks(content: bytes, encoding: str) -> tuple[str, str, tuple[str, ...]]:
    """The text, with a visible mark for each byte that the encoding does not know, which is then said."""
    text = content.decode(encoding, errors="replace")
    strange = text.count(STRAY)
    where = text.count("\n", 0, text.index(STRAY)) + 1 if strange else 0
    return text, encoding, (STRAY_BYTES.format(encoding=encoding, line=where, mark=STRAY),) if strange else ()


def _likely_encoding(content: bytes) -> str:
    """The encoding of lines that are not UTF-8; of those that read alike, the one Windows writes in the west."""
    lines = [line for line in content.splitlines(keepends=True) if not line.isascii() and not _is_utf8(line)]
    best = from_bytes(b"".join(lines)[:JUDGED_BYTES], cp_isolation=list(ENCODINGS)).best()
    alike = [best.encoding, *best.could_be_from_charset] if best else []
    return next((encoding for encoding in ENCODINGS if encoding in alike), ENCODINGS[0])


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
