import pytest

from cskh.model.settings import Guard
from cskh.policy.guards import refusal

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("people", "base", "guard", "why"),
    [
        (20_000, 20_000, Guard(), None),
        (20_001, 1_000_000, Guard(), "It would reach 20001 people;"
                                     " policy.guard.max_recipients is 20000."),
        (0, 0, Guard(max_recipients=0), None),
        (1, 1, Guard(max_recipients=0), "It would reach 1 people;"
                                        " policy.guard.max_recipients is 0."),
        (99, 99, Guard(max_percent=50), None),
        (50, 100, Guard(max_percent=50), None),
        (51, 100, Guard(max_percent=50), "It would reach 51 of 100 people;"
                                         " policy.guard.max_percent is 50."),
        (334, 1001, Guard(max_percent=33), "It would reach 334 of 1001 people;"
                                           " policy.guard.max_percent is 33."),
        (330, 1001, Guard(max_percent=33), None),
        (1001, 1001, Guard(max_percent=100), None),
        (0, 0, Guard(max_percent=1), None),
    ],
)  # fmt: skip
def test_a_plan_that_reaches_too_many_is_refused(
    people: int, base: int, guard: Guard, why: str | None
) -> None:
    assert refusal(people, base, guard) == why
