"""Room for the calls of a request or a task.

CPython keeps the frames of a thread's calls in chunks of 16 kB, sixty calls or so. A call that crosses the end of one
has the system map another, which is given back when the call returns: a loop that stands just before such an end pays
two system calls and a page fault a turn. Templates call each other so deep that a page of 25 rows took 27 or 42 ms of
the processor by where it stood, 9 or 17 of them in the system, and 19 with room. So whatever is deep begins with a call
that asks for a large chunk, in which all others lie. What nobody touches of it costs nothing."""

from collections.abc import Callable
from types import FunctionType
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")
WORDS = 128 * 1024  # a megabyte: as many calls as Python allows, and more


def roomy(function: Callable[P, R]) -> Callable[P, R]:
    """The function itself, whose calls lie in one chunk with all calls within them."""
    plain = cast(FunctionType, function)
    plain.__code__ = plain.__code__.replace(co_stacksize=WORDS)
    return function


@roomy
def with_room(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What the call returns."""
    return call(*args, **kwargs)
