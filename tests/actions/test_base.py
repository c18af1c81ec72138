import pytest

from cskh.actions import REGISTRY, action, discover


def test_two_actions_of_one_name_are_refused_with_a_sentence() -> None:
    before = dict(discover())
    with pytest.raises(ValueError, match="two actions are called send_sms: rename"):

        @action("send_sms")
        class Another:
            """Another one."""

    assert dict(REGISTRY) == before
