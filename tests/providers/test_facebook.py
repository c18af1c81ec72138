"""Messages through a stand-in for Facebook, and what each of its codes makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cskh.model.message import Message, Outcome, Receipt
from tests.project import Project, make_project
from tests.providers.fakes.facebook import SECRET, Facebook

HANOI, HUE = "102938", "102939"


@pytest.fixture
def facebook() -> Iterator[Facebook]:
    with Facebook({HANOI: "token-hanoi", HUE: "token-hue"}) as facebook:
        yield facebook


@pytest.fixture
def project(tmp_path: Path, english: None, facebook: Facebook) -> Project:
    """A project with two pages."""
    project = make_project(tmp_path)
    project.environ.update(FB_SECRET=SECRET, HANOI="token-hanoi", HUE="token-hue")
    project.settle(
        providers="{facebook: {type: facebook, "
        f'app_secret: "${{FB_SECRET}}", url: "{facebook.url}", timeout: 5}}}}',
        active="{facebook: facebook}",
        pages=f'[{{id: "{HANOI}", name: Hà Nội, token: "${{HANOI}}"}}, '
        f'{{id: "{HUE}", name: Huế, token: "${{HUE}}"}}]',
    )
    return project


def say(project: Project, psid: str = "880001", page: str = HANOI, text: str = "Dạ") -> Receipt:
    with project.opened() as environment:
        (account,) = environment.project.settings.providers.values()
        (channel,) = type(account.settings).channels
        message = Message(id=1, channel=channel, recipient=psid, page=page, content=text)
        return environment.converse(account, message)


def test_each_page_speaks_with_its_own_token(project: Project, facebook: Facebook) -> None:
    assert say(project) == Receipt(outcome=Outcome.ACCEPTED, provider_id="m_1")
    assert say(project, page=HUE, text="Huế ạ").outcome is Outcome.ACCEPTED
    assert facebook.sent == [(HANOI, "880001", "Dạ"), (HUE, "880001", "Huế ạ")]
    assert facebook.slips == []


def test_a_token_that_facebook_refuses_stops(project: Project, facebook: Facebook) -> None:
    project.environ["HANOI"] = "old-token"
    receipt = say(project)
    assert (receipt.outcome, receipt.of_page) == (Outcome.STOPPED, True)
    assert (receipt.error or "").startswith(f"The page {HANOI}: Facebook refuses")
    assert "old-token" not in (receipt.error or "")


@pytest.mark.parametrize(
    ("code", "sub", "outcome"),
    [
        (190, None, Outcome.STOPPED),
        (190, 460, Outcome.STOPPED),
        (10, 2018278, Outcome.TOO_LATE),
        (10, 2534022, Outcome.TOO_LATE),
        (10, 1893063, Outcome.STOPPED),
        (10, None, Outcome.STOPPED),
        (200, None, Outcome.STOPPED),
        (10, 2018108, Outcome.STOPPED),
        (100, None, Outcome.FAILED),
        (100, 2018001, Outcome.FAILED),
        (551, None, Outcome.FAILED),
        (551, 1545041, Outcome.FAILED),
        (1545041, None, Outcome.FAILED),
        (613, None, Outcome.RETRY),
        (4, None, Outcome.RETRY),
        (32, None, Outcome.RETRY),
        (80004, None, Outcome.RETRY),
        (80006, None, Outcome.RETRY),
        (1, None, Outcome.UNKNOWN),
        (2, None, Outcome.UNKNOWN),
        (1200, None, Outcome.UNKNOWN),
        (368, None, Outcome.STOPPED),
        (9999, None, Outcome.FAILED),
    ],
)
def test_a_code(
    project: Project, facebook: Facebook, code: int, sub: int | None, outcome: Outcome
) -> None:
    facebook.codes["880001"] = (code, sub)
    receipt = say(project)
    assert receipt.outcome is outcome
    assert f"(Facebook {code}" in (receipt.error or "")
    assert facebook.sent == []


def test_a_text_over_2000_characters_never_leaves(project: Project, facebook: Facebook) -> None:
    assert say(project, text="á" * 2001).outcome is Outcome.FAILED
    assert facebook.sent == []


@pytest.mark.parametrize(
    ("code", "sub", "of_page"),
    [(190, 460, True), (10, None, True), (200, None, True), (368, None, True),
     (10, 1893063, True), (10, 2018108, False), (613, None, False), (100, None, False)],
)  # fmt: skip
def test_what_is_about_the_page_that_speaks_keeps_no_other_page_from_it(
    project: Project, facebook: Facebook, code: int, sub: int | None, of_page: bool
) -> None:
    facebook.codes["880001"] = (code, sub)
    assert say(project).of_page is of_page


@pytest.mark.parametrize(
    ("token", "outcome"), [("token-hue", Outcome.ACCEPTED), ("old", Outcome.STOPPED)]
)
def test_every_page_is_checked_without_a_message(
    project: Project, facebook: Facebook, token: str, outcome: Outcome
) -> None:
    from cskh.engine.performing import performer
    from cskh.providers import converse

    project.environ["HUE"] = token
    with project.opened() as environment:
        (account,) = environment.project.settings.providers.values()
        perform = performer(account, environment.clock.now, environment.project, environment.store)
        receipt = converse(account.settings.check(), perform)
    assert receipt.outcome is outcome
    assert outcome is Outcome.ACCEPTED or f"The page {HUE}: " in (receipt.error or "")
    assert (facebook.sent, facebook.slips) == ([], [])
