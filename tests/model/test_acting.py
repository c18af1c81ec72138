from cskh.model.acting import Context, Customer
from cskh.model.clock import Clock
from cskh.model.conditions import AllOf, AnyOf
from cskh.model.conditions import Test as Leaf
from cskh.model.conditions import tests as all_tests
from cskh.model.effects import Change, Outcome, Send, Skip, Step
from cskh.model.message import Channel
from cskh.model.settings import Account, Settings
from tests.sample import SETTINGS

ACCOUNTS = {id_: Account(id=id_, type="sandbox", settings=None) for id_ in ("one", "two")}


def test_a_customer_after_a_change_has_the_new_values() -> None:
    before = Customer(1, {"status": "Mới", "note": None})
    after = before.after(Change(fields={"status": ("Mới", "Lost")}))
    assert after == Customer(1, {"status": "Lost", "note": None})
    assert before.values["status"] == "Mới"


def test_the_account_is_the_one_named_or_the_active_one(clock: Clock) -> None:
    settings = Settings(version=1, providers=ACCOUNTS, active={Channel.SMS: "one"})
    context = Context(settings=settings, clock=clock)
    assert context.account(Channel.SMS, None) == ACCOUNTS["one"]
    assert context.account(Channel.SMS, "two") == ACCOUNTS["two"]
    assert context.account(Channel.EMAIL, None) is None


def test_staff_are_found_by_id(clock: Clock) -> None:
    context = Context(settings=SETTINGS, clock=clock)
    assert context.staff("minh") == SETTINGS.staff[1]
    assert context.staff("nobody") is None
    assert context.staff(None) is None


def test_a_step_acts_if_anything_is_done_at_all() -> None:
    skip = Outcome(0, "send_sms", Skip(reason="no_phone", channel=Channel.SMS))
    send = Outcome(1, "send_sms", Send(channel=Channel.SMS, recipient="0900000101", content="a",
                                       provider=None))  # fmt: skip
    assert not Step(1, "A", ()).acts
    assert not Step(1, "A", (skip,)).acts
    assert Step(1, "A", (skip, send)).acts


def test_the_tests_of_a_condition_come_in_the_order_written() -> None:
    a, b, c = (Leaf(name, "empty", True) for name in "abc")
    assert list(all_tests(AllOf((a, AnyOf((b, AllOf((c,)))))))) == [a, b, c]
    assert list(all_tests(a)) == [a]
