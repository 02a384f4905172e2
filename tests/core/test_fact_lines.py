"""What a refusal names is told in words, never as a program writes it down."""

from core.templatetags.revops import fact_lines


def test_facts_are_told_line_by_line() -> None:
    unmet = [
        {"part": "acceptance", "label": "Can be reached", "verdict": "unmet", "facts": {"email": ""}},
        {"part": "entry", "label": "Budget is known", "verdict": "unknown", "facts": {}},
    ]
    assert fact_lines(unmet) == ["Can be reached (unmet)", "Budget is known (unknown)"]
    assert fact_lines({"role": "rep", "scopes": ["a", "b"]}) == ["Role: rep", "Scopes: a, b"]
    assert (fact_lines(True), fact_lines(None), fact_lines(7), fact_lines([])) == (["yes"], [], ["7"], [])
