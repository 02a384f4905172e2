"""Cells as values: dates and amounts, each in a format decided for the whole column.

A format is a name people can read: `DD/MM/YYYY`, `1.234,56`. Every reader answers None for text it cannot read.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from blueprint.schema.vocabularies import DataType
from imports.currencies import WITH_UNIT, without_mark, without_unit

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Months of English, German, French, Spanish, Dutch, Portuguese and Italian, without accents; any beginning that means
# one month will do.
MONTH_NAMES = tuple(
    tuple(names.split())
    for names in (
        "january januar janner janvier enero januari janeiro gennaio",
        "february februar fevrier febrero februari fevereiro febbraio",
        "march marz maerz mrz mars marzo maart mrt marco", "april avril abril aprile", "may mai mayo mei maio maggio",
        "june juni juin junio junho giugno", "july juli juillet julio julho luglio", "august aout agosto augustus",
        "september septembre septiembre setembro settembre", "october oktober octobre octubre outubro ottobre",
        "november novembre noviembre novembro", "december dezember decembre diciembre dezembro dicembre",
    )
)  # fmt: skip
GAP = "[ \u00a0\u202f]?"  # programs write 10:00 AM with a blank that does not break
# Names of zones that mean one offset, in hours. CST, IST, BST and their like mean several and are not among them.
ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "EEST": 3,
    "MSK": 3, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "JST": 9, "AEST": 10,
    "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
TIME = (
    r"(?:[T ,\u00a0\u202f]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    rf"(?:{GAP}([AaPp])\.?{GAP}[Mm]\.?| Uhr)?"
    rf"(?:{GAP}((?:UTC|GMT)?[+-]\d{{1,2}}(?::?\d{{2}})?|{'|'.join(ZONES)})(?: \([^()]{{1,60}}\))?)?)?"
)
WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag "
    "sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes "
    "sabado domingo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag segunda terca quarta quinta sexta "
    "lunedi martedi mercoledi giovedi venerdi sabato domenica"
).split()
WEEKDAY = r"(?:(?P<weekday>[^\W\d_]{2,10})\.?,? )?"  # `Thu Nov 26 2026`, `Do, 26.11.2026`
PARTS = {
    "YYYY": r"(?P<year>\d{4})",
    "YY": r"(?P<short>\d{2})",
    "MM": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{1,2})",
    "Mon": r"(?P<name>[^\W\d_]{3,10})\.?",
}
SPOKEN = {  # `31. März 2026`, `1er mars 2026`, `31 de marzo de 2026`
    "DD Mon YYYY": r"(?P<day>\d{1,2})(?:\.|er|º)? (?:de )?(?P<name>[^\W\d_]{3,10})\.?(?: del?)? (?P<year>\d{4})"
}
# In the order they are tried. Of two that fit every cell of a column, the earlier is taken: that is why day before
# month stands before month before day, and why `guessing` says so on the page when both fit.
DATE_FORMATS = (
    "YYYY-MM-DD", "YYYY/MM/DD", "YYYY.MM.DD", "DD/MM/YYYY", "MM/DD/YYYY", "DD.MM.YYYY", "DD-MM-YYYY", "MM-DD-YYYY",
    "YYYYMMDD",
    "DD Mon YYYY", "DD-Mon-YYYY", "DD/Mon/YYYY", "Mon DD, YYYY", "Mon DD YYYY", "DD-Mon-YY", "DD/MM/YY", "MM/DD/YY",
    "DD.MM.YY", "DD-MM-YY", "MM-DD-YY", "YY/MM/DD", "YY-MM-DD",
)  # fmt: skip
COUNTED_FORMATS = ("excel", "epoch_s", "epoch_ms")  # numbers that count days or seconds; only where a date is expected
DATED = (DataType.DATE.value, DataType.DATETIME.value)
NUMBERED = (DataType.NUMBER.value, DataType.INTEGER.value)
NUMBER_FORMATS = ("1,234.56", "1.234,56", "1 234,56", "1'234.56", "1 234.56")
COUNTED_RANGES = {"excel": (10_000, 80_000), "epoch_s": (1e8, 4e9), "epoch_ms": (1e11, 4e12)}  # some time 1927 to 2119
CENTURY_TURNS = 70  # two-digit years from here on are of the last century, as in POSIX
EXCEL_ZERO = datetime(1899, 12, 30, tzinfo=UTC)  # day 0 of Excel's calendar, its leap-year mistake included


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the time of day and zone where the cell names them."""

    day: date
    clock: time | None = None
    zone: timezone | None = None


def _plain(word: str) -> str:
    """A word without accents."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", word.casefold()) if letter.isalpha())


@lru_cache(maxsize=4_000)
def month_of(word: str) -> int:
    """The month a word means, by its name or the beginning of it. Raises ValueError where it means none, or two."""
    plain = _plain(word)
    (month,) = {number for number, names in enumerate(MONTH_NAMES, 1) if any(name.startswith(plain) for name in names)}
    return month


@lru_cache(maxsize=1_000)
def _is_weekday(word: str) -> bool:
    """Whether a word is a day of the week, or the beginning of one."""
    plain = _plain(word)
    return any(name.startswith(plain) for name in WEEKDAYS)


@lru_cache(maxsize=64)
def _pattern(date_format: str) -> re.Pattern[str]:
    if date_format in SPOKEN:
        return re.compile(WEEKDAY + SPOKEN[date_format] + TIME)
    pattern = re.escape(date_format).replace(r"\-", "-").replace(r"\ ", " ")
    for part in ("YYYY", "YY", "Mon", "MM", "DD"):
        pattern = pattern.replace(part, f"\0{part}\1") if f"\0{part}" not in pattern else pattern
    for part, regex in PARTS.items():
        pattern = pattern.replace(f"\0{part}\1", regex)
    if date_format == "YYYYMMDD":
        pattern = pattern.replace(r"\d{1,2}", r"\d{2}")
    return re.compile(WEEKDAY + pattern + TIME)


def read_moment(text: str, date_format: str) -> Moment | None:
    """The day, and the time where there is one, of a cell written in this format."""
    if date_format in COUNTED_FORMATS:
        return _counted(text, date_format)
    found = _pattern(date_format).fullmatch(text)
    if not found:
        return None
    part = found.groupdict()
    if part["weekday"] and not _is_weekday(part["weekday"]):
        return None
    try:
        month = month_of(part["name"]) if "name" in part else int(part["month"])
        year = int(part.get("year") or part["short"])
        if "short" in part:
            year += 1900 if year >= CENTURY_TURNS else 2000
        day = date(year, month, int(part["day"]))
        return Moment(day, *_clock(found.groups()[-6:]))
    except ValueError:
        return None


def _clock(parts: tuple[str | None, ...]) -> tuple[time | None, timezone | None]:
    """Time of day and zone. Raises ValueError where there is no such time."""
    hour, minute, second, fraction, half, zone = parts
    if hour is None or minute is None:
        return None, None
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError(hour)
        hours = hours % 12 + (12 if half in "pP" else 0)
    clock = time(hours, int(minute), int(second or 0), int((fraction or "0")[:6].ljust(6, "0")))
    if zone is None:
        return clock, None
    return clock, _zone(zone)


@lru_cache(maxsize=200)
def _zone(name: str) -> timezone:
    """`CET`, `+01:00`, `-0500`, `GMT+1`. Raises ValueError where there is no such offset."""
    if name in ZONES:
        return timezone(timedelta(hours=ZONES[name])) if ZONES[name] else UTC
    offset = name.removeprefix("UTC").removeprefix("GMT").replace(":", "")
    digits = offset[1:]
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    return timezone((-1 if offset[0] == "-" else 1) * timedelta(hours=int(hours), minutes=int(minutes)))


def _counted(text: str, date_format: str) -> Moment | None:
    if not re.fullmatch(r"\d{1,14}(\.\d{1,9})?", text):
        return None
    count, (least, most) = float(text), COUNTED_RANGES[date_format]
    if not least <= count <= most:
        return None
    try:
        if date_format == "excel":
            at = EXCEL_ZERO + timedelta(days=count)
            return Moment(at.date(), at.time().replace(microsecond=0) if count % 1 else None)
        at = datetime.fromtimestamp(count / (1000 if date_format == "epoch_ms" else 1), tz=UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return Moment(at.date(), at.time(), UTC)


GROUPED = {
    "1,234.56": re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,2})?"),
    "1.234,56": re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)?(?:,\d*)?"),
    "1 234,56": re.compile(r"[+-]?(?:\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+|\d+)?(?:,\d*)?"),
    "1'234.56": re.compile(r"[+-]?(?:\d{1,3}(?:['’]\d{3})+|\d+)?(?:\.\d*)?"),
    "1 234.56": re.compile(r"[+-]?(?:\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+|\d+)?(?:\.\d*)?"),
}
MARKS = {
    "1,234.56": str.maketrans("", "", ","),
    "1.234,56": str.maketrans(",", ".", "."),
    "1 234,56": str.maketrans(",", ".", " \u00a0\u2009\u202f"),
    "1'234.56": str.maketrans("", "", "'’"),
    "1 234.56": str.maketrans("", "", " \u00a0\u2009\u202f"),
}
EVEN = re.compile(r"(?<=\d)[.,](-{1,2}|[–—])$")  # `500,-` and `500.–` are 500


def read_number(text: str, number_format: str, *, in_units: bool = False) -> Decimal | None:
    """A decimal number; a currency beside it and the minus of accountants, `(5)` and `5-`, are understood. `in_units`:
    where a number is wanted, `850k` and `1.2M` are numbers too; elsewhere they may be codes."""
    if in_units and WITH_UNIT.fullmatch(text):
        plain, factor = without_unit(text)
        found = read_number(plain, number_format)
        return found * factor if found is not None else None
    if text[:1] == "(" and text[-1:] == ")":
        text = "-" + text[1:-1].strip()
    if not text[-1:].isdigit() or not text[:1].isdigit():
        text, _ = without_mark(text)
        text = EVEN.sub("", text.replace("\u2212", "-"))
        if text[:1] == "(" and text[-1:] == ")":
            text = "-" + text[1:-1].strip()
        elif text[-1:] == "-" and text[:1].isdigit():
            text = "-" + text[:-1].rstrip()
    if not GROUPED[number_format].fullmatch(text) or not any(letter.isdigit() for letter in text):
        return None
    try:
        return Decimal(text.translate(MARKS[number_format]))
    except InvalidOperation:
        return None


SEVERAL = ";"  # how a cell of text holds several values
SOMEBODY = DataType.PERSON.value  # how a cell of text names a member
LONGEST_PART, MOST_PARTS = 60, 100


def parts_of(text: str) -> list[str]:
    """The values of a cell that holds several, each once, in their order."""
    return list(dict.fromkeys(part for each in text.split(SEVERAL) if (part := each.strip())))


def holds_several(values: Sequence[str]) -> bool:
    """Whether cells of a column seem to hold several values: short ones, of which some come again in other cells."""
    if not any(SEVERAL in value for value in values):
        return False
    cut = [parts_of(value) for value in values]
    parts = [part for each in cut for part in each]
    is_short = all(len(part) <= LONGEST_PART and "\n" not in part for part in parts)
    return is_short and any(len(each) > 1 for each in cut) and len(set(parts)) < len(parts)


def formats_of(data_type: str) -> tuple[str, ...]:
    """How cells of this type may be written; nothing where there is one way only."""
    if data_type in DATED:
        return (*DATE_FORMATS, *COUNTED_FORMATS)
    return NUMBER_FORMATS if data_type in NUMBERED else ()
