"""The lock files install on any machine: no line names a host."""

import pytest

from scripts.check_locks import LOCKS, ROOT, faults


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_names_a_host(name: str) -> None:
    assert faults((ROOT / name).read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "--extra-index-url file:///srv/wheels",
        '      "resolved": "https://npm.example/x/-/x-1.0.0.tgz",',
        "thing @ git+ssh://code.example/thing.git",
        "registry=https://npm.example/",
    ],
)
def test_a_line_that_names_a_host_is_found(line: str) -> None:
    assert faults(f"django==5.2\n{line}\n") == [2]


def test_every_locked_python_package_has_hashes() -> None:
    for name in LOCKS[:2]:
        text = (ROOT / name).read_text().replace("\\\n", " ")
        pins = [line for line in text.splitlines() if "==" in line]
        assert len(pins) > 50
        assert [line for line in pins if "--hash=sha256:" not in line] == []
