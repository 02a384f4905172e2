"""Eight people and programs at once, on the same handoffs, for two hundred rounds."""

import time

import pytest

from tests.cast import Cast
from tests.handoffs.races import DEEDS, prepared, racer, whole
from tests.handoffs.test_at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kills]


def test_eight_at_once_for_two_hundred_rounds_leave_everything_whole(cast: Cast) -> None:
    records = prepared(cast, 4)
    until = time.monotonic() + 60
    came = at_once(*(racer(cast, records, seed, 200, until) for seed in range(8)))
    assert not [each for each in came if isinstance(each, Exception)], came
    assert set().union(*came) >= DEEDS.keys(), "some deed was never done"
    whole(cast)
