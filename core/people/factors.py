"""Seeds of second factors are kept encrypted: who reads the database, or a backup of it, cannot answer for anybody."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MARK = "v1:"  # what is encrypted begins with it; what is older does not
INFO = b"revops second factors"


@lru_cache(maxsize=8)
def box(*secrets: str) -> MultiFernet:
    """What locks with the first of these secrets and opens with any: a key of its own is derived from each."""
    keys = (HKDF(SHA256(), length=32, salt=None, info=INFO).derive(secret.encode()) for secret in secrets)
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in keys])


def _present() -> MultiFernet:
    return box(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def lock(text: str) -> str:
    """The text, readable only with our secret."""
    return MARK + _present().encrypt(text.encode()).decode()


def unlock(kept: str) -> str:
    """The text again. Raises cryptography's InvalidToken where neither the secret nor a former one fits."""
    return _present().decrypt(kept.removeprefix(MARK).encode()).decode() if kept.startswith(MARK) else kept


class MFAAdapter(DefaultMFAAdapter):
    """Second factors, with their seeds encrypted."""

    def encrypt(self, text: str) -> str:
        return lock(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unlock(encrypted_text)
