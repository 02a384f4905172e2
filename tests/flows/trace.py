"""Which functions of the rooms a piece of work goes through, in the order of their first call."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from devtools.stack.folders import ROOT

# Asked of a key where an equal one is kept already: by an earlier test, or not.
ASKED_BY_DICTIONARIES = "__eq__"
ROOMS = {"core", "blueprint", "lifecycle", "imports", "handoffs", "scorecard", "governance", "integrations", "revops"}


@dataclass
class Step:
    """One function on a way."""

    file: str
    name: str
    sentence: str
    calls_ours: bool = False

    @property
    def is_main(self) -> bool:
        """It has functions of ours do its work, and is not a piece of another one in its module."""
        return self.calls_ours and not self.name.rpartition(".")[2].startswith("_")


@dataclass
class Way:
    """The steps of one piece of work, by file and name."""

    steps: dict[tuple[str, str], Step] = field(default_factory=dict)
    _known: dict[CodeType, Step | None] = field(default_factory=dict)

    @contextmanager
    def traced(self) -> Iterator[None]:
        """Note every function of ours that is called within the block."""
        former = sys.getprofile()
        sys.setprofile(self._note)
        try:
            yield
        finally:
            sys.setprofile(former)

    @property
    def files(self) -> list[str]:
        """Each file once, in the order of the way."""
        return list(dict.fromkeys(step.file for step in self.steps.values()))

    def main_steps(self, but: Way | None = None) -> list[Step]:
        """What somebody reads to understand the work, less what another way has told already."""
        told = but.steps if but else {}
        return [step for place, step in self.steps.items() if step.is_main and place not in told]

    def until(self, is_there: Callable[[Step], bool]) -> Way:
        """The steps before the first one that is there."""
        begun: dict[tuple[str, str], Step] = {}
        for place, step in self.steps.items():
            if is_there(step):
                break
            begun[place] = step
        return Way(begun)

    def _note(self, frame: FrameType, event: str, _: Any) -> None:
        if event != "call":
            return
        code = frame.f_code
        if code not in self._known:
            self._known[code] = self._step_of(code)
        if self._known[code] is None:
            return
        caller = frame.f_back
        while caller is not None and self._known.get(caller.f_code) is None:
            caller = caller.f_back
        if caller is not None and (above := self._known[caller.f_code]):
            above.calls_ours = True

    def _step_of(self, code: CodeType) -> Step | None:
        path = Path(code.co_filename)
        if not path.is_relative_to(ROOT) or code.co_name.startswith("<") or code.co_name == ASKED_BY_DICTIONARIES:
            return None
        file = path.relative_to(ROOT)
        if file.parts[0] not in ROOMS or "migrations" in file.parts:
            return None
        name = code.co_qualname.replace(".<locals>", "")
        doc = code.co_consts[0] if code.co_consts and isinstance(code.co_consts[0], str) else ""
        sentence = " ".join(doc.partition("\n\n")[0].split()).partition(". ")[0].rstrip(".")
        return self.steps.setdefault((str(file), name), Step(str(file), name, sentence))
