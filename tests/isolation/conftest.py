import pytest


@pytest.fixture(autouse=True)
def only_pages_that_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    """TEMPORARY."""
    from django.urls import NoReverseMatch, reverse

    from revops import web

    def exists(name: str) -> bool:
        try:
            return bool(reverse(name, args=["acme"]))
        except NoReverseMatch:
            return False

    monkeypatch.setattr(web, "NAV", [item for item in web.NAV if exists(item[0])])
