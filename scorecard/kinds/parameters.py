"""What a metric of a kind is asked with: stages, a pipeline or a seam of the blueprint, and a few plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from blueprint.schema import Blueprint


@dataclass(frozen=True)
class KnownNames:
    """Mark of a parameter that names something of the blueprint: pipeline, stages (a pipeline or one stage), seam,
    calendar."""

    what: Literal["pipeline", "stages", "seam", "calendar"]


StagesNamed = Annotated[str, KnownNames("stages")]


class Parameters(BaseModel):
    """Of one kind: these, and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def references(self) -> Iterator[tuple[str, str, str]]:
        """What they name: the parameter, what kind of thing (as `KnownNames` says), and its name. One that may be left
        blank and is, names nothing."""
        for name, field in type(self).model_fields.items():
            for mark in field.metadata:
                if isinstance(mark, KnownNames) and (field.is_required() or getattr(self, name)):
                    yield field.alias or name, mark.what, getattr(self, name)

    decides_unit: ClassVar[bool] = False
    """Whether what they name has a `unit`, which is then the metric's."""

    @property
    def unit(self) -> str:
        """The unit of what they name."""
        raise NotImplementedError


class GoingTogether(Parameters):
    """Parameters that can contradict one another, or the blueprint, although each value is one."""

    def contradictions(self, blueprint: Blueprint) -> Iterator[tuple[str, str]]:
        """What does not go together: the parameter, and a sentence."""
        raise NotImplementedError


class FromTo(Parameters):
    """Two places on the way."""

    from_: StagesNamed = Field(alias="from", title="Of those that entered", description="A stage, or a whole pipeline.")
    to: StagesNamed = Field(title="How many reached", description="A stage, or a whole pipeline.")


class ConversionOf(FromTo):
    """Two places on the way, and within how many days."""

    within_days: int = Field(
        0, ge=0, le=3_650, title="Within days", description="Who is younger is counted beside. 0 is whenever."
    )


class OfPipeline(Parameters):
    """One pipeline."""

    pipeline: Annotated[str, KnownNames("pipeline")] = Field(title="Pipeline")


class ClosingsOf(OfPipeline):
    """One pipeline, and what a deal that is reopened counts as."""

    reopened: Literal["each", "last"] = Field(
        "each",
        title="Reopened deals",
        description="Each closing counts, or the last one: a closing that was followed by a reopening does not.",
    )


class WinRateOf(ClosingsOf):
    """One pipeline, how deals weigh, and on which day they count."""

    weigh: Literal["count", "amount"] = Field("count", title="Weighed by", description="Deals, or their amounts.")
    cohort: Literal["closing", "opening"] = Field(
        "closing", title="Counted on the day of", description="By opening, what is still open is counted beside."
    )


class SourcedOf(OfPipeline):
    """One pipeline, by amount or by count, and whose share of it."""

    by: Literal["amount", "count"] = Field("amount", title="Counted by", description="Amounts added up, or records.")
    side: Literal["marketing", "partner", "outbound"] = Field(
        "marketing", title="Whose share", description="By the lists of sources of the blueprint's part on reporting."
    )


class OfSeam(Parameters):
    """One seam."""

    seam: Annotated[str, KnownNames("seam")] = Field(title="Seam")


class FirstTouchOf(OfSeam):
    """One seam, and by which time."""

    time: Literal["working", "clock"] = Field(
        "clock", title="Minutes of", description="Working time of the seam's calendar, or the clock on the wall."
    )


class LeakageOf(OfSeam):
    """One seam, and how long a record may sit between two teams before it has leaked."""

    window_days: int = Field(14, ge=1, le=3_650, title="Window in days")
