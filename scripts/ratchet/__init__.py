"""Limits that only get tighter: what is over a limit today is listed, and the list may only shrink.

`python -m scripts.ratchet` (in `make check`) compares the code with `scripts/ratchet.toml`; `make ratchet` writes what
has become smaller. Offenders are listed by their name alone, so that moving a file changes nothing.
"""
