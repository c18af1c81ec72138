"""cskh opportunity: a customer's card on its way through a pipeline."""

from __future__ import annotations

from typing import Any

import pytest

from tests.project import Cli, Project

NOW = ("--now", "2026-12-01T10:00")
JSON = (*NOW, "--format", "json")
PIPELINES = (
    "{ban-moi: {name: Bán mới, stages: [Tiếp cận, Báo giá, Chốt]}, "
    "gia-han: {name: Gia hạn, stages: [Nhắc, CHỐT]}}"
)


@pytest.fixture(autouse=True)
def settled(project: Project, cli: Cli) -> None:
    (project.root / "hello.yaml").unlink()
    project.settle(pipelines=PIPELINES)
    for number in (1, 2):
        cli("customer", "add", f"pid=A{number}", f"phone=090000000{number}", "name=An", *NOW)


def add(cli: Cli, *words: str) -> dict[str, Any]:
    said = cli("opportunity", "add", *words, *JSON)
    assert said.exit == 0, said.err
    card: dict[str, Any] = said.json
    return card


def move(cli: Cli, day: int, *words: str) -> dict[str, Any]:
    said = cli("opportunity", *words, "--now", f"2026-12-0{day}T10:00", "--format", "json")
    assert said.exit == 0, said.err
    card: dict[str, Any] = said.json
    return card


def stage_of(project: Project) -> list[tuple[str, str]]:
    return project.rows("SELECT stage, status FROM opportunities")


def test_a_card_begins_at_the_first_stage_unless_another_is_named(cli: Cli) -> None:
    said = add(cli, "customer=0900000001", "pipeline=Bán mới", "amount=5tr")
    expected = {
        **{"id": 1, "customer": "A1", "pipeline": "ban-moi", "stage": "Tiếp cận"},
        **{"amount": 5_000_000, "status": "open", "stage_since": "2026-12-01T10:00:00+07:00"},
    }
    assert said == {**expected, "history": said["history"]}
    assert cli("opportunity", "list", *JSON).json == {"opportunities": [expected]}
    assert cli("opportunity", "show", "1", *JSON).json == said
    assert add(cli, "customer=A1", "pipeline=gia-han", "stage=chốt")["stage"] == "CHỐT"
    assert cli("customer", "show", "A1", *JSON).json["pipeline"] == {
        "ban-moi": "Tiếp cận",
        "gia-han": "CHỐT",
    }


def test_a_customer_has_one_card_a_pipeline(project: Project, cli: Cli) -> None:
    add(cli, "customer=A1", "pipeline=ban-moi")
    said = cli("opportunity", "add", "customer=A1", "pipeline=ban-moi", "stage=Chốt")
    assert said.exit == 4
    assert "cskh opportunity move 1 STAGE" in said.err
    assert stage_of(project) == [("Tiếp cận", "open")]
    assert add(cli, "customer=A2", "pipeline=ban-moi")["id"] == 2


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["customer=A1"], "pipeline= is missing."),
        (["pipeline=ban-moi"], "customer= is missing."),
        (["customer=A1", "pipeline=x"], "Known: ban-moi, gia-han."),
        (["customer=A1", "pipeline=ban-mo"], "Did you mean ban-moi?"),
        (["customer=A1", "pipeline=ban-moi", "stage=Nhắc"], "Known: Báo giá, Chốt, Tiếp cận."),
        (["customer=A1", "pipeline=ban-moi", "amount=nhiều"], "no number"),
        (["customer=A1", "pipeline=ban-moi", "amount=-5"], "amount can't be -5."),
        (["customer=A1", "pipeline=ban-moi", "stage_since=today"], "by itself"),
    ],
)
def test_what_can_not_be_writes_nothing(
    project: Project, cli: Cli, words: list[str], hint: str
) -> None:
    said = cli("opportunity", "add", *words)
    assert said.exit == 2
    assert hint in said.err
    assert project.rows("SELECT count(*) FROM opportunities") == [(0,)]


def test_every_stage_is_told_with_its_day(cli: Cli) -> None:
    add(cli, "customer=A1", "pipeline=ban-moi")
    move(cli, 2, "move", "1", "bao gia")
    said = move(cli, 4, "move", "1", "Chốt")
    assert said["stage_since"] == "2026-12-04T10:00:00+07:00"
    told = [(row["at"][:10], row["old"], row["new"]) for row in said["history"][1:]]
    assert told == [("2026-12-02", "Tiếp cận", "Báo giá"), ("2026-12-04", "Báo giá", "Chốt")]
    card = cli("opportunity", "show", "1").out
    stages = card[card.index("Stages (3)") : card.index("History")].splitlines()[1:]
    assert [line.split("  ")[0] for line in stages] == [
        "01/12/2026 10:00",
        "02/12/2026 10:00",
        "04/12/2026 10:00",
    ]
    assert [line.split("    ")[1].strip() for line in stages] == ["Tiếp cận", "Báo giá", "Chốt"]


def test_where_a_card_is_already_nothing_changes(project: Project, cli: Cli) -> None:
    add(cli, "customer=A1", "pipeline=ban-moi")
    before = project.rows("SELECT count(*) FROM events")
    said = cli("opportunity", "move", "1", "TIẾP CẬN")
    assert (said.exit, said.out, "Nothing changes" in said.err) == (0, "", True)
    assert project.rows("SELECT count(*) FROM events") == before


def test_a_stage_of_another_pipeline_is_none(project: Project, cli: Cli) -> None:
    add(cli, "customer=A1", "pipeline=ban-moi")
    said = cli("opportunity", "move", "1", "Nhắc")
    assert (said.exit, "Known: Báo giá, Chốt, Tiếp cận." in said.err) == (2, True)
    assert cli("opportunity", "move", "9", "Chốt").exit == 1
    assert cli("opportunity", "set", "1", "pipeline=gia-han").exit == 2
    assert stage_of(project) == [("Tiếp cận", "open")]


def test_a_card_that_is_won_or_lost_stays_until_it_is_opened_again(
    project: Project, cli: Cli
) -> None:
    add(cli, "customer=A1", "pipeline=ban-moi")
    assert cli("opportunity", "win", "1").out == "opportunity 1 status: open → won\n"
    assert "Nothing changes" in cli("opportunity", "win", "1").err
    for words in (["move", "1", "Chốt"], ["set", "1", "stage=Chốt"], ["lose", "1"]):
        said = cli("opportunity", *words)
        assert said.exit == 4
        assert "cskh opportunity set 1 status=open" in said.err
    assert stage_of(project) == [("Tiếp cận", "won")]
    assert cli("opportunity", "move", "1", "Tiếp cận").exit == 4
    assert cli("opportunity", "set", "1", "status=open", "stage=Chốt").exit == 0
    assert stage_of(project) == [("Chốt", "open")]
    assert cli("opportunity", "lose", "1").exit == 0
    assert stage_of(project) == [("Chốt", "lost")]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], [2, 3, 1]),
        (["--status", "open"], [2, 3]),
        (["--status", "won"], [1]),
        (["--pipeline", "Bán mới"], [2, 1]),
        (["--stage", "chốt"], [2, 3]),
        (["--customer", "A1"], [3, 1]),
        (["amount=5.000.000"], [1]),
        (["amount="], [2, 3]),
        (["customer.phone=0900000002"], [2]),
    ],
)
def test_open_cards_are_listed_first_longest_in_their_stage(
    cli: Cli, words: list[str], found: list[int]
) -> None:
    add(cli, "customer=A1", "pipeline=ban-moi", "amount=5tr")
    add(cli, "customer=A2", "pipeline=ban-moi")
    add(cli, "customer=A1", "pipeline=gia-han")
    cli("opportunity", "win", "1")
    move(cli, 2, "move", "2", "Chốt")
    move(cli, 3, "move", "3", "Chốt")
    listed = cli("opportunity", "list", *words, *JSON).json["opportunities"]
    assert [each["id"] for each in listed] == found


def test_a_table_of_cards(cli: Cli) -> None:
    add(cli, "customer=A1", "pipeline=ban-moi", "amount=5tr")
    table = cli("opportunity", "list").out
    assert "5.000.000" in table
    assert "1 opportunity\n" in table
    assert cli("opportunity", "list", "--status", "lost").out == "0 opportunities\n"


def test_cards_fire_workflows_about_themselves_stages_and_customers(
    project: Project, cli: Cli
) -> None:
    def sms(id_: str, object_: str, trigger: str) -> None:
        actions = f"[{{send_sms: {{content: {id_}}}}}]"
        project.workflow(id_, object=object_, trigger=f"{{{trigger}}}", actions=actions)

    sms("new", "opportunity", "moment: created")
    sms("won", "opportunity", "moment: updated, conditions: [{status: won}]")
    sms("staged", "opportunity", "moment: event, event: stage_changed")
    sms("who", "customer", "moment: updated, conditions: [{pipeline.ban-moi: Chốt}]")

    def sent() -> list[str]:
        return sorted(each["content"] for each in project.sent)

    cli("opportunity", "add", "customer=A1", "pipeline=ban-moi", *NOW)
    assert sent() == ["new", "staged"]
    cli("opportunity", "set", "1", "amount=5tr", *NOW)
    assert sent() == ["new", "staged"]
    cli("opportunity", "move", "1", "Chốt", *NOW)
    assert sent() == ["new", "staged", "staged", "who"]
    cli("opportunity", "win", "1", *NOW)
    assert sent() == ["new", "staged", "staged", "who", "won"]
