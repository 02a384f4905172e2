"""The text of an uploaded file: out of its zip, decoded, and not larger than a table would be."""

import io
import zipfile

from core.errors import BadInput

MAX_BYTES = 64 * 1024 * 1024
MAX_TEXT_BYTES = 256 * 1024 * 1024  # of the file inside a zip
MOST_UNFOLDING = 200  # times; tables of text shrink by 5 to 30, what shrinks more was made to


class UnreadableFile(BadInput):
    """The file as a whole cannot be read; the code says why."""

    code = "unreadable_file"

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail, code=code, field="file")


def check_size(size: int) -> None:
    """Refuse an empty file and one that is too large. Raises UnreadableFile."""
    if not size:
        raise UnreadableFile("The file is empty.", "empty_file")
    if size > MAX_BYTES:
        raise UnreadableFile(f"The file is larger than {MAX_BYTES // 2**20} MB.", "file_too_large")


def text_of(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Raises UnreadableFile."""
    check_size(len(content))
    return _decoded(_unzipped(content) if content[:4] == b"PK\x03\x04" else content)


def _unzipped(content: bytes) -> bytes:
    """The one text file inside a zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if any(name.startswith(("xl/", "word/")) for name in archive.namelist()):
                raise UnreadableFile("This is an office document. Save its sheet as CSV and choose that.", "not_csv")
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


def _decoded(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: by its mark, by its zeros, as UTF-8, else as Windows wrote it.

    Where the file says itself how it is written, a stray byte becomes a visible mark, not a lost row."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), encoding
    start = content[:1000]
    for zeros, encoding in ((start[1::2], "utf-16-le"), (start[0::2], "utf-16-be")):
        if len(start) > 3 and zeros.count(0) > 0.7 * len(zeros):
            return content.decode(encoding, errors="replace"), encoding
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "latin-1"
