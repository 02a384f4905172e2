"""A key's form is known without the database: shape and checksum."""

from hypothesis import given
from hypothesis import strategies as st

from integrations.key_text import ALPHABET, Key, checksum, new_key, read_key


def test_a_key_reads_back_as_itself() -> None:
    key = new_key()
    assert read_key(str(key)) == key and str(key).startswith("rvp_") and len(str(key)) == 4 + 8 + 1 + 32 + 1 + 6


def test_a_key_never_shows_its_secret_by_accident() -> None:
    key = new_key()
    assert key.secret not in repr(key) and key.secret not in key.secret_hash


@given(st.integers(0, 51), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_noticed(place: int, letter: str) -> None:
    text = str(Key("abcdefgh", "0123456789ABCDEFGHIJKLMNOPQRSTUV"))
    wrong = text[:place] + letter + text[place + 1 :]
    assert (read_key(wrong) is None) == (wrong != text)


@given(st.text())
def test_no_other_text_is_a_key(text: str) -> None:
    assert read_key(text) is None and read_key(f"rvp_{text}") is None


def test_the_checksum_has_always_six_letters() -> None:
    assert {len(checksum(str(number))) for number in range(2_000)} == {6}
