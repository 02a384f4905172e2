"""Check an expression with CEL against the catalogue, and hand over the checked tree or a refusal in plain words."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from cel_expr_python import cel
from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory, text_format

from blueprint.expressions.fields import Catalogue, Family
from blueprint.expressions.source import BadExpression, Wording

T = cel.Type
TYPES = {
    Family.TEXT: T.STRING,
    Family.NUMBER: T.DOUBLE,
    Family.BOOLEAN: T.BOOL,
    Family.TIME: T.TIMESTAMP,
    Family.SPAN: T.DURATION,
    Family.LIST: T.List(T.STRING),
}


# The functions of the language that CEL does not bring: what they answer, and what they take.
ADDED = {
    "known": (T.BOOL, T.DYN),
    "blank": (T.BOOL, T.DYN),
    "lower": (T.STRING, T.STRING),
    "date": (T.TIMESTAMP, T.STRING),
    **dict.fromkeys(("days", "hours", "minutes"), (T.DURATION, T.DOUBLE)),
}
FUNCTIONS = [
    cel.FunctionDecl(name, [cel.Overload(f"{name}_of", return_type=returns, parameters=[takes])])
    for name, (returns, takes) in ADDED.items()
]
FUNCTION_NAMES = (*ADDED, "timestamp", "duration", "startsWith", "endsWith", "contains")


def _checked_message() -> Any:
    """The class of what the checker hands over, from its description."""
    written = Path(__file__).with_name("checked.textproto").read_text(encoding="utf-8")
    file = text_format.Parse(written, descriptor_pb2.FileDescriptorProto())
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{file.package}.Checked"))


CHECKED = _checked_message()


def check(catalogue: Catalogue, typed: str) -> tuple[Wording, Any]:
    """The wording and the checked message (`.expr`, `.source_info`). Raises BadExpression."""
    wording = Wording(typed, _names(catalogue))
    try:
        compiled = _environment(catalogue).compile(wording.checked)
    except RuntimeError as error:
        raise _plainly(str(error), wording, catalogue)
    return wording, CHECKED.FromString(any_pb2.Any.FromString(compiled.serialize()).value)


@lru_cache(maxsize=256)
def _names(catalogue: Catalogue) -> frozenset[str]:
    return frozenset(each.key for each in catalogue)


@lru_cache(maxsize=256)
def _environment(catalogue: Catalogue) -> Any:
    variables = {each.key: TYPES[each.data_type.family] for each in catalogue}
    return cel.NewEnv(variables=variables, functions=FUNCTIONS)


# --- the checker's words, said plainly ------------------------------------------------------------------------------

COMPLAINT = re.compile(
    r"ERROR: <input>:(-?\d+):(-?\d+): (.*?)(?=\nERROR: |\n \| |\n?\s*\[[A-Z_]+\]\s*\Z|\Z)", re.DOTALL
)
UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
OVERLOAD = re.compile(r"found no matching overload for '([^']*)' applied to '(.*)'")
SAID = {
    "string": "text",
    "double": "a number",
    "bool": "yes or no",
    "google.protobuf.Timestamp": "a date",
    "google.protobuf.Duration": "a length of time",
}
SIGN = re.compile(r"[!@_]*([^!@_a-z][^_]*|in)_*")


def _plainly(complaint: str, wording: Wording, catalogue: Catalogue) -> BadExpression:
    """The first complaint of the checker as a sentence for the person who typed it."""
    found = COMPLAINT.search(complaint)
    if found is None or "recursion" in complaint:
        return wording.refuse("This is nested too deeply; split it into several lines.", 0)
    at = wording.offset(int(found[1]), int(found[2])) if int(found[1]) > 0 else 0
    return wording.refuse_checked(_sentence(found[3], catalogue), max(at, 0))


def _sentence(said: str, catalogue: Catalogue) -> str:
    if undeclared := UNDECLARED.search(said):
        return _unknown_name(undeclared[1], catalogue)
    if overload := OVERLOAD.search(said):
        return _wrong_families(overload[1], overload[2])
    if "reserved identifier" in said:
        return f"“{said.rpartition(' ')[2]}” is a word of the language and cannot name a field."
    if "<EOF>" in said and ("missing" in said or "mismatched input '<EOF>'" in said or "input '<EOF>'" in said):
        return "This is not finished: something is missing at the end."
    if unexpected := re.search(r"(?:input|at:?) '([^']*)'", said):
        return f"“{unexpected[1].strip()}” is not expected here."
    return said.strip().rstrip(".") + "."


def _unknown_name(name: str, catalogue: Catalogue) -> str:
    near = difflib.get_close_matches(name, [*_names(catalogue), *FUNCTION_NAMES], n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"There is no field or function called “{name}”.{hint}"


def _wrong_families(function: str, applied_to: str) -> str:
    applied_to = applied_to.replace("list(string)", "several values")
    families = [SAID.get(each, each) for each in re.split(r", |\.?\(", applied_to.strip("()"))]
    families = [each.rstrip(")") for each in families if each]
    if function == "_?_:_":
        return "“? :” needs a test and two values of one type."
    if function in ("_&&_", "_||_", "!_"):
        return f"“{function.strip('_')}” joins tests, but here it is given {' and '.join(families)}."
    if function == "@in":
        return '“in” needs a list of values of the field\'s own type, such as ["US", "CA"].'
    if function == "_[_]":
        return "Single items cannot be picked out here."
    if sign := SIGN.fullmatch(function):
        return f"“{sign[1]}” cannot go between {' and '.join(families)}."
    return f"“{function}” cannot be used on {' and '.join(families)}."
