"""What cannot be taken is put aside; what somebody else holds is not."""

from collections.abc import Sequence

import pytest
from django.db import OperationalError

from core.operating.setting_aside import take_all


@pytest.mark.django_db
def test_a_lock_that_somebody_holds_is_the_fault_of_no_row() -> None:
    class Held(Exception):
        pgcode = "55P03"

    def take(rows: Sequence[int]) -> None:
        raise OperationalError("canceling statement due to lock timeout") from Held()

    put_aside: list[int] = []
    with pytest.raises(OperationalError):
        take_all([1, 2], take, lambda row, trouble: put_aside.append(row))
    assert not put_aside
