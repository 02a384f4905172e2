"""Cells as values: formats are decided for a column, and no format reads what is not written in it."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.typed_values import loose, yes_or_no
from imports.cell_types import Context, reader_for
from imports.csv_reader import read_sheet
from imports.currencies import currency_of
from imports.formats import DATE_FORMATS, MONTHS, Moment, read_moment, read_number
from imports.mapping_parts import Column, Mapping
from imports.profiling import fitting_formats, profile

DAY = date(2024, 1, 5)


@pytest.mark.parametrize(
    ("text", "date_format", "expected"),
    [
        ("2024-01-05", "YYYY-MM-DD", Moment(DAY)),
        ("2024-01-05 3:15:52", "YYYY-MM-DD", Moment(DAY, time(3, 15, 52))),
        ("2024-01-05T18:19:32.792Z", "YYYY-MM-DD", Moment(DAY, time(18, 19, 32, 792_000), UTC)),
        ("2024-01-05 18:19+02:00", "YYYY-MM-DD", Moment(DAY, time(18, 19), timezone(timedelta(hours=2)))),
        ("05/01/2024", "DD/MM/YYYY", Moment(DAY)),
        ("1/5/2024 12:05 AM", "MM/DD/YYYY", Moment(DAY, time(0, 5))),
        ("05.01.24", "DD.MM.YY", Moment(DAY)),
        ("5-Jan-99", "DD-Mon-YY", Moment(date(1999, 1, 5))),
        ("January 5, 2024", "Mon DD, YYYY", Moment(DAY)),
        ("20240105", "YYYYMMDD", Moment(DAY)),
        ("5. Jänner 2024", "DD Mon YYYY", Moment(DAY)),
        ("5 janv. 2024", "DD Mon YYYY", Moment(DAY)),
        ("5 de enero de 2024", "DD Mon YYYY", Moment(DAY)),
        ("1er août 2024", "DD Mon YYYY", Moment(date(2024, 8, 1))),
        ("31. März 2024", "DD Mon YYYY", Moment(date(2024, 3, 31))),
        ("5 mrt 2024", "DD Mon YYYY", Moment(date(2024, 3, 5))),
        ("5-Dez-24", "DD-Mon-YY", Moment(date(2024, 12, 5))),
        ("5 jui 2024", "DD Mon YYYY", None),  # June or July
        ("45296", "excel", Moment(DAY)),
        ("1704412800", "epoch_s", Moment(DAY, time(0), UTC)),
        ("1704412800000", "epoch_ms", Moment(DAY, time(0), UTC)),
        ("2024-02-30", "YYYY-MM-DD", None),
        ("2024-01-05 25:00", "YYYY-MM-DD", None),
        ("13:00 PM", "MM/DD/YYYY", None),
        ("12", "excel", None),
        ("", "YYYY-MM-DD", None),
    ],
)
def test_dates_in_many_formats(text: str, date_format: str, expected: Moment | None) -> None:
    assert read_moment(text, date_format) == expected


@pytest.mark.parametrize(
    ("text", "number_format", "expected"),
    [
        ("1,234.56", "1,234.56", "1234.56"),
        ("1.234,56", "1.234,56", "1234.56"),
        ("1 234,5", "1 234,56", "1234.5"),
        ("1'234.5", "1'234.56", "1234.5"),
        ("$1,200", "1,234.56", "1200"),
        ("EUR 7", "1,234.56", "7"),
        ("7,50 €", "1.234,56", "7.50"),
        ("(12)", "1,234.56", "-12"),
        ("-$5", "1,234.56", "-5"),
        ("1,250.00-", "1,234.56", "-1250.00"),
        ("$(5)", "1,234.56", "-5"),
        ("€ -5", "1,234.56", "-5"),
        ("1.250,50 Euro", "1.234,56", "1250.50"),
        ("CHF 1'250.50", "1'234.56", "1250.50"),
        ("Rs 5", "1,234.56", None),
        ("5--", "1,234.56", None),
        ("1e3", "1,234.56", "1000"),
        ("1,23", "1,234.56", None),
        ("12.34.5", "1.234,56", None),
        (".", "1,234.56", None),
        ("nan", "1,234.56", None),
        ("infinity", "1,234.56", None),
    ],
)
def test_numbers_in_many_formats(text: str, number_format: str, expected: str | None) -> None:
    assert read_number(text, number_format) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("text", "of_the_file", "expected"),
    [
        ("€900.00", "", "EUR"),
        ("(1.250,50 €)", "USD", "EUR"),
        ("900 sek", "", "SEK"),
        ("$5", "", "USD"),
        ("$5", "CAD", "CAD"),  # several currencies share the sign: what the file says goes before it
        ("US$5", "CAD", "USD"),
        ("5", "CAD", "CAD"),
        ("5 XXX", "", ""),
    ],
)
def test_the_currency_beside_an_amount(text: str, of_the_file: str, expected: str) -> None:
    assert currency_of(text, of_the_file) == expected


@pytest.mark.parametrize(
    ("text", "of_the_file", "expected"),
    [("¥", "", "JPY"), ("¥", "CNY", "CNY"), ("Dollar", "CAD", "CAD"), ("US Dollar", "CAD", "USD"), ("€", "CAD", "EUR")],
)
def test_a_currency_in_a_column_of_its_own(text: str, of_the_file: str, expected: str) -> None:
    column, now = Column(to="currency"), datetime.now(UTC)
    mapping = Mapping(target="opportunities", columns={"Currency": column}, currency=of_the_file)
    unread: Any = None  # what a currency is not read against
    around = Context(mapping, unread, ("Currency",), ZoneInfo("UTC"), now, now, unread, {})
    assert reader_for("Currency", column, around)(text) == expected


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)), st.sampled_from(DATE_FORMATS))
def test_a_date_written_in_a_format_is_read_back_in_it(day: date, date_format: str) -> None:
    month = MONTHS[day.month - 1].capitalize()
    text = date_format.replace("YYYY", f"{day.year}").replace("YY", f"{day.year % 100:02}").replace("Mon", month)
    text = text.replace("MM", f"{day.month:02}").replace("DD", f"{day.day:02}")
    assert read_moment(text, date_format) == Moment(day)


@given(st.text(max_size=20), st.sampled_from(DATE_FORMATS))
def test_any_text_is_read_or_is_none(text: str, date_format: str) -> None:
    assert isinstance(read_moment(text, date_format), Moment | None)
    for number_format in ("1,234.56", "1.234,56"):
        number = read_number(text, number_format)
        assert number is None or number.is_finite()
    assert yes_or_no(text) in (True, False, None)
    assert all(letter.isalnum() for letter in loose(text))


def test_the_day_beyond_the_twelfth_decides_for_the_column() -> None:
    assert fitting_formats(["01/02/2024", "13/02/2024"], "date")[0] == ("DD/MM/YYYY", 1.0)
    assert fitting_formats(["01/02/2024", "02/13/2024"], "date")[0] == ("MM/DD/YYYY", 1.0)
    both = dict(fitting_formats(["01/02/2024", "03/04/2024"], "date"))
    assert both["DD/MM/YYYY"] == both["MM/DD/YYYY"] == 1.0


def test_a_decimal_comma_decides_for_the_column() -> None:
    assert fitting_formats(["1.234,56", "12"], "number")[0][0] == "1.234,56"
    assert fitting_formats(["1,5", "2,25"], "number")[0][0] == "1.234,56"


def kinds(text: str) -> dict[str, str]:
    """Header → type, as guessed."""
    return {column["header"]: column["type"] for column in profile(read_sheet(text.encode()))["columns"]}


def test_types_are_the_narrowest_that_fit_every_value() -> None:
    text = "a,b,c,d,e,f,g\n1,1.5,yes,2024-01-05,2024-01-05 10:00,00123,None\n2,2,no,2024-01-06,2024-01-06,00456,x\n"
    assert kinds(text) == {
        "a": "integer", "b": "number", "c": "boolean", "d": "date", "e": "datetime", "f": "text", "g": "text",
    }  # fmt: skip


def test_placeholders_are_suggested_as_blanks_and_none_never_is() -> None:
    text = "a,b,c\nSelect,N/A,None\n-Select-,x,NULL\n5,y,-\n"
    found = [column["placeholders"] for column in profile(read_sheet(text.encode()))["columns"]]
    assert found == [["-Select-", "Select"], ["N/A"], ["-", "NULL"]]
    assert kinds(text)["a"] == "integer", "a placeholder does not change the type"


def test_look_alikes_are_counted() -> None:
    found = profile(read_sheet(b"p\nGTXPro\nGTX Pro\nGTX Pro\nMG\n"))["columns"][0]
    assert found["look_alikes"] == [[("GTX Pro", 2), ("GTXPro", 1)]]


def test_yes_and_no_are_read_in_common_spellings() -> None:
    assert (yes_or_no("TRUE"), yes_or_no("No"), yes_or_no("maybe")) == (True, False, None)
    assert {yes_or_no(word) for word in ("WAHR", "VRAI", "VERDADERO", "WAAR")} == {True}
    assert {yes_or_no(word) for word in ("FALSCH", "FAUX", "FALSO", "ONWAAR", "nee")} == {False}
