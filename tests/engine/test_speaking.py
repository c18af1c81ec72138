"""Pages that speak and pages that can't, through a stand-in for Facebook, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cskh.engine.environment import Environment
from cskh.engine.firing import fire
from cskh.engine.planning import Plan
from cskh.engine.provisioning import check, providers
from cskh.engine.running import commit, nobody, remember
from cskh.store.values import Happening
from tests.project import Project, moved, person, send
from tests.providers.fakes.facebook import SECRET, Facebook
from tests.sample import at, stamp

HANOI, HUE = "102938", "102939"
TEN = "2026-12-01T10:00"


@pytest.fixture
def facebook() -> Iterator[Facebook]:
    with Facebook({HANOI: "token-hanoi", HUE: "token-hue"}) as facebook:
        yield facebook
        assert facebook.slips == []


@pytest.fixture
def project(project: Project, facebook: Facebook) -> Project:
    """A project whose two pages greet everybody who writes to them."""
    project.environ.update(FB_SECRET=SECRET, HANOI="token-hanoi", HUE="token-hue")
    project.settle(
        providers="{fb: {type: facebook, "
        f'app_secret: "${{FB_SECRET}}", url: "{facebook.url}", timeout: 5}}}}',
        active="{facebook: fb}",
        pages=f'[{{id: "{HANOI}", name: Hà Nội, token: "${{HANOI}}"}}, '
        f'{{id: "{HUE}", name: Huế, token: "${{HUE}}"}}]',
    )
    project.workflow(
        "hello",
        trigger="{moment: event, event: page_interaction}",
        actions='[{send_facebook: {content: "Dạ"}}]',
    )
    with project.opened() as environment:
        environment.store.customers.create([person(n) for n in range(1, 41)], stamp())
        remember(environment)
    return project


def write(environment: Environment, page: str, *people: int, **told: Any) -> None:
    """Let people write to a page, and have them answered."""
    happenings = [
        Happening("customer", n, "page_interaction", {"page": page, "psid": f"88{n:04}", **told})
        for n in people
    ]
    environment.store.events.add(happenings, stamp(environment.clock.stamp))
    answer(environment)


def answer(environment: Environment, now: str | None = None) -> None:
    here = moved(environment, now) if now else environment

    def attempt(plan: Plan) -> None:
        commit(here, plan, nobody)

    fire(here, attempt)


def told(project: Project) -> list[str]:
    return [text for (text,) in project.rows("SELECT text FROM notifications ORDER BY id")]


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("expired", "Facebook refuses"),
        ("“token-hue”", "Its token has characters"),
        ("", "It has no"),
    ],
)
def test_a_page_whose_token_is_refused_keeps_no_other_page_from_speaking(
    project: Project, facebook: Facebook, token: str, why: str
) -> None:
    project.environ["HUE"] = token
    with project.opened() as environment:
        write(environment, HUE, *range(1, 31))
        write(environment, HANOI, *range(31, 36))
        delivered = send(environment)
    assert {page for page, _psid, _text in facebook.sent} == {HANOI}
    assert len(facebook.sent) == 5
    assert delivered.stopped.keys() == {f"fb/{HUE}"}
    assert f"The page {HUE}: {why}" in delivered.stopped[f"fb/{HUE}"]
    assert delivered.is_partial
    assert project.rows(
        "SELECT page, state, attempts, count(*) FROM outbox GROUP BY 1, 2, 3 ORDER BY 1"
    ) == [(HANOI, "accepted", 1, 5), (HUE, "queued", 0, 30)]


def test_people_are_told_once_which_page_is_stopped(project: Project) -> None:
    project.environ["HUE"] = "expired"
    with project.opened() as environment:
        write(environment, HUE, 1)
        for now in ("10:00", "10:15", "10:30"):
            send(environment, f"2026-12-01T{now}")
        (listed,) = providers(environment)
        account = environment.project.settings.providers["fb"]
        checked = check(environment, account)
    (text,) = told(project)
    assert f"A page of fb is stopped: The page {HUE}: Facebook refuses the page's token." in text
    assert "cskh provider check fb" in text
    assert not listed.stopped
    assert f"The page {HUE}: " in (listed.why or "")
    assert not checked.works
    assert f"The page {HUE}: " in (checked.why or "")
    assert HANOI not in (checked.why or "")


def test_a_stopped_page_rests_and_speaks_when_it_is_repaired(
    project: Project, facebook: Facebook
) -> None:
    project.environ["HUE"] = "expired"
    with project.opened() as environment:
        write(environment, HUE, *range(1, 31))
        send(environment)
        before = len(facebook.asked)
        send(environment, "2026-12-01T10:14")
        assert len(facebook.asked) == before
        send(environment, "2026-12-01T10:15")
        assert 1 <= len(facebook.asked) - before <= 8  # those that left together
    project.environ["HUE"] = "token-hue"
    with project.opened() as environment:
        assert send(environment, "2026-12-01T10:30").stopped == {}
        assert environment.store.outbox.stops() == {}
    assert project.states() == {"accepted": 30}
    assert len(set(facebook.sent)) == len(facebook.sent) == 30


def test_a_trial_of_the_app_passes_over_pages_that_cant_speak(
    project: Project, facebook: Facebook
) -> None:
    project.environ["HUE"] = "expired"
    with project.opened() as environment:
        write(environment, HUE, *range(1, 20))
        write(environment, HANOI, 30)
        environment.store.outbox.stop("fb", "it was down", environment.clock.stamp)
        before = len(facebook.asked)
        send(environment)
        assert len(facebook.asked) - before == 2  # one for each page
        assert environment.store.outbox.stops().keys() == {f"fb/{HUE}"}
    assert [page for page, _psid, _text in facebook.sent] == [HANOI]


def states(project: Project) -> list[tuple[str, str | None]]:
    return project.rows("SELECT state, skip_reason FROM outbox ORDER BY id")


def test_what_was_written_too_long_ago_is_not_answered_any_more(
    project: Project, facebook: Facebook
) -> None:
    with project.opened() as environment:
        happening = Happening("customer", 1, "page_interaction", {"page": HANOI, "psid": "880001"})
        environment.store.events.add([happening], stamp(environment.clock.stamp))
    with project.opened("2026-12-04T10:00") as environment:  # the machine was off for three days
        answer(environment)
        send(environment)
    assert states(project) == [("skipped", "out_of_window")]
    assert facebook.sent == []


@pytest.mark.parametrize(
    ("now", "state"),
    [("2026-12-02T10:00", ("accepted", None)), ("2026-12-02T10:01", ("skipped", "out_of_window"))],
)
def test_an_answer_that_could_not_leave_within_its_window_is_skipped(
    project: Project, facebook: Facebook, now: str, state: tuple[str, str | None]
) -> None:
    with project.opened() as environment:
        write(environment, HANOI, 1)
        facebook.heard["880001"] = environment.clock.now
        facebook.now = at(now).now
        send(environment, now)
    assert states(project) == [state]
    assert facebook.too_late == 0


def test_an_answer_that_quiet_hours_would_keep_beyond_its_window_is_skipped_at_once(
    project: Project,
) -> None:
    with project.opened() as environment:
        write(environment, HANOI, 1)
        project.execute("UPDATE outbox SET leave_by = '2026-12-01T20:00:00Z'")
        send(environment, "2026-12-01T23:00")
    assert states(project) == [("skipped", "out_of_window")]


def test_a_window_that_facebook_says_has_closed_skips_the_message(
    project: Project, facebook: Facebook
) -> None:
    with project.opened() as environment:
        write(environment, HANOI, 1)
        facebook.heard["880001"] = at("2026-11-29T10:00").now
        facebook.now = environment.clock.now
        delivered = send(environment)
    assert facebook.too_late == 1
    assert states(project) == [("skipped", "out_of_window")]
    assert not delivered.is_partial
