"""The form of an API key: `rvp_<prefix>_<secret>_<checksum>`. No database here; a mistyped key is known by itself."""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from string import ascii_letters, digits
from zlib import crc32

KIND = "rvp"  # what leak scanners look for
ALPHABET = digits + ascii_letters
PREFIX_LETTERS = 8
SECRET_LETTERS = 32  # 190 bits
CHECKSUM_LETTERS = 6  # enough letters of base 62 for any CRC-32
LETTERS = frozenset(ALPHABET)


@dataclass(frozen=True)
class Key:
    """A key as its bearer holds it. `prefix` names the key and may be seen; `secret` may not."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        body = f"{KIND}_{self.prefix}_{self.secret}"
        return f"{body}_{checksum(body)}"

    def __repr__(self) -> str:
        return f"Key({KIND}_{self.prefix}_…)"

    @property
    def secret_hash(self) -> str:
        """What we keep. The secret is random and long, so a plain hash is as good as a slow one."""
        return sha256(self.secret.encode()).hexdigest()


def _letters(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def new_key() -> Key:
    """A key nobody has."""
    return Key(_letters(PREFIX_LETTERS), _letters(SECRET_LETTERS))


def checksum(body: str) -> str:
    """The CRC-32 of a key's other parts in base 62, always six letters."""
    number, found = crc32(body.encode()), ""
    for _ in range(CHECKSUM_LETTERS):
        number, rest = divmod(number, len(ALPHABET))
        found = ALPHABET[rest] + found
    return found


def read_key(text: str) -> Key | None:
    """The key in `text`, or None where shape or checksum say that it was never one of ours."""
    parts = text.split("_")
    if len(parts) != 4 or parts[0] != KIND or not set("".join(parts[1:])) <= LETTERS:
        return None
    key = Key(parts[1], parts[2])
    is_shaped = len(key.prefix) == PREFIX_LETTERS and len(key.secret) == SECRET_LETTERS
    return key if is_shaped and str(key) == text else None
