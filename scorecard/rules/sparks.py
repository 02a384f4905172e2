"""A card's course as a small drawing of its own: it stands with the page, before any chart could be drawn."""

from collections.abc import Iterable, Sequence
from itertools import groupby

WIDTH, HEIGHT, EDGE = 100, 40, 4
Values = Sequence[float | None]


def spark_paths(values: Values, settled: int) -> list[tuple[str, str]]:
    """What is drawn, as `(class, path)`: the line of what no longer moves and its area, the dashes to what may still
    move, and dots where a point has no line or may move. Straight lines only; none where fewer than two are known."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return []
    low, high = min(known), max(known)
    across = [round(at * WIDTH / (len(values) - 1), 2) for at in range(len(values))]

    def point(at: int) -> str:
        value = values[at] or 0
        share = (value - low) / (high - low) if high > low else 0.5
        return f"{across[at]:g} {HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE):.4g}"

    def line(run: Sequence[int]) -> str:
        return "M" + "L".join(map(point, run))

    sure = list(_runs(at for at in range(min(settled, len(values))) if values[at] is not None))
    rest = [at for at in range(settled, len(values)) if values[at] is not None]
    begins = settled - 1 if rest[:1] == [settled] and settled and values[settled - 1] is not None else None
    drawn = []
    for run in sure:
        if len(run) == 1:
            drawn.append(("dot", f"M{point(run[0])}h0"))
            continue
        drawn.append(("area", f"{line(run)}L{across[run[-1]]:g} {HEIGHT}L{across[run[0]]:g} {HEIGHT}Z"))
        drawn.append(("line", line(run)))
    for run in _runs(rest if begins is None else [begins, *rest]):
        drawn += [("open", line(run))] if len(run) > 1 else []
    return drawn + [(each, f"M{point(at)}h0") for at in rest for each in ("dot", "hole")]


def _runs(places: Iterable[int]) -> Iterable[list[int]]:
    """Places that follow each other."""
    for _, run in groupby(enumerate(places), lambda pair: pair[1] - pair[0]):
        yield [place for _, place in run]
