"""Giving: what a test says of customers, their work and events becomes rows of a scratch store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cskh.cells.numbering import KINDS
from cskh.engine.environment import Environment
from cskh.engine.giving_permissions import give_permissions
from cskh.engine.valuing import Unfit, check_names, phone, unfit, value
from cskh.errors import did_you_mean
from cskh.language import _
from cskh.model.cases import NUMBERED, PERMISSIONS
from cskh.model.catalogues import catalogue, event_fields, family_of, own_fields
from cskh.model.fields import CUSTOMER_KINDS, PIPELINE, Catalogue, Family, Field, Kind
from cskh.model.folding import fold
from cskh.store.values import Edit, Happening, Stamp, Values

_BESIDE = {
    "lunar_birthday": Field(name="lunar_birthday", kind=Kind.DATE, label="lunar_birthday"),
    "phone_kind": Field(
        name="phone_kind", kind=Kind.CHOICE, label="phone_kind", choices=tuple(KINDS)
    ),
}
# What a task and a ticket can't be without, beside whose they are.
_NEEDED = {"task": "content", "ticket": "title"}
_NO_FIELDS = frozenset({"object", "customer", *PERMISSIONS})
_MOST = 1_000_000
# What nobody and nothing is without.
_ALWAYS = frozenset(
    ("pid", "kind", "type", "created_at", "updated_at", "content", "title", "priority", "stage")
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A customer as said: the columns, the account's code, and the stages by pipeline."""

    columns: dict[str, Any]
    account: str | None
    stages: dict[str, Any]


def give(
    environment: Environment, things: Iterable[Mapping[str, Any]], kind: str, *, fires: bool
) -> None:
    """Store customers and then their work; who says nothing else is of a kind."""
    listed = list(things)
    people = [each for each in listed if family_of(each.get("object", "customer")) == "customer"]
    _give_people(environment, people, kind, _stamp(environment, fires=fires))
    for each in listed:
        family = family_of(each.get("object", "customer"))
        if family != "customer":
            row = _record(environment, family, each)
            environment.store.records.create(family, [row], _stamp(environment, fires=fires))


def change(environment: Environment, said: Mapping[str, Any]) -> None:
    """Change fields of a customer, or of a task, a ticket or an opportunity by number."""
    which = next((name for name in NUMBERED if name in said), None)
    wanted = {name: each for name, each in said.items() if name not in ("customer", *NUMBERED)}
    if which is not None:
        _change_record(environment, which, said[which], wanted)
        return
    id_ = customer_number(environment, said.get("customer"))
    row = _customer(environment, wanted)
    _check_filled(row.columns)
    _check_free(environment, row.columns.get("pid"), id_)
    columns = dict(row.columns)
    if "account" in wanted:
        columns["account"] = row.account
        if row.account is not None:
            customer_number(environment, row.account)
    have = environment.store.customers.read(id_, sorted(columns)).values
    fields = {name: (have[name], new) for name, new in columns.items()}
    environment.store.customers.change([Edit(id_, fields)], _stamp(environment))
    for pipeline, stage in row.stages.items():
        _move(environment, id_, pipeline, stage)


def _check_filled(values: Values) -> None:
    """Raise Unfit for a field that nobody is without, and that shall be cleared."""
    for name, each in values.items():
        if each is None and name in _ALWAYS:
            raise Unfit(_("{field} can't be empty.").format(field=name))


def _check_free(environment: Environment, pid: str | None, id_: int | None = None) -> None:
    found = environment.store.customers.find(pid) if pid else []
    if any(fold(known) == fold(pid or "") and other != id_ for other, known in found):
        raise Unfit(_("There are two customers {pid} in this test.").format(pid=pid))


def happen(environment: Environment, said: Mapping[str, Any]) -> None:
    """Let something happen outside: to a customer, an opportunity, or both."""
    kind = said["kind"]
    known = {field.own_name: field for field in event_fields(kind).values()}
    told = {key: raw for key, raw in said.items() if key not in ("kind", "customer", *NUMBERED)}
    check_names(told, known)
    clock = environment.clock
    data = {name: value(field, told.get(name), clock) for name, field in known.items()}
    happened = [
        Happening(family, record_number(environment, family, said[family]), kind, data)
        for family in NUMBERED
        if family in said
    ]
    if "customer" in said or not happened:
        id_ = customer_number(environment, said.get("customer"))
        happened.append(Happening("customer", id_, kind, data))
    environment.store.events.add(happened, _stamp(environment))


def customer_number(environment: Environment, pid: Any) -> int:
    """Return the number of the customer with a code; raises Unfit."""
    if pid is None:
        raise Unfit(_("It doesn't say whose it is: customer: A1."))
    found = environment.store.customers.find(str(pid))
    numbers = [id_ for id_, known in found if fold(known) == fold(str(pid).strip())]
    if not numbers:
        raise Unfit(_("There is no customer {pid} in this test.").format(pid=pid))
    return numbers[0]


def _give_people(
    environment: Environment, people: Sequence[Mapping[str, Any]], kind: str, stamp: Stamp
) -> None:
    store = environment.store
    rows = [_newcomer(environment, each, kind) for each in people]
    _name(environment, rows)
    ids = store.customers.create([row.columns for row in rows], stamp)
    for id_, row, said in zip(ids, rows, people, strict=True):
        give_permissions(environment, id_, said)
        if row.account is not None:
            customer_number(environment, row.account)
            account = {"account": (None, row.account)}
            store.customers.change([Edit(id_, account)], _stamp(environment, fires=False))
        for pipeline, stage in row.stages.items():
            card = _card(environment, id_, {"pipeline": pipeline, "stage": stage})
            store.records.create("opportunity", [card], stamp)


def _newcomer(environment: Environment, said: Mapping[str, Any], kind: str) -> _Row:
    named = said.get("object")
    kind = named if named in CUSTOMER_KINDS else kind
    own = {name: raw for name, raw in said.items() if name not in _NO_FIELDS}
    row = _customer(environment, own)
    row.columns["kind"] = row.columns.get("kind") or kind
    usual = "business" if row.columns["kind"] == "account" else "individual"
    row.columns["type"] = row.columns.get("type") or usual
    return row


def _name(environment: Environment, rows: Iterable[_Row]) -> None:
    """Give an automatic code to who has none; raises Unfit if two have the same one."""
    automatic = environment.store.imports.last_automatic_pid()
    taken: set[str] = set()
    for row in rows:
        if row.columns.get("pid") is None:
            automatic += 1
            row.columns.update(pid=f"AUTO-{automatic}", automatic_pid=True)
        pid = row.columns["pid"]
        _check_free(environment, pid)
        if fold(pid) in taken:
            raise Unfit(_("There are two customers {pid} in this test.").format(pid=pid))
        taken.add(fold(pid))


def _customer(environment: Environment, said: Mapping[str, Any]) -> _Row:
    """Read what is said of a customer."""
    fields = {**environment.fields, **_BESIDE}
    check_names(said, fields)
    if "age" in said:
        raise Unfit(_("An age is counted from the birthday: say birthday instead."))
    clock = environment.clock
    read = {name: value(fields[name], raw, clock) for name, raw in said.items()}
    stages = {name: read.pop(name) for name in list(read) if name.startswith(PIPELINE)}
    account = read.pop("account", None)
    if isinstance(read.get("pid"), str):
        read["pid"] = read["pid"].strip()
    for name in ("phone", "phone_2"):
        if read.get(name) is not None:
            read |= phone(name, read[name], read)
    moves = {name.removeprefix(PIPELINE): stage for name, stage in stages.items()}
    return _Row(read, account, moves)


def _record(environment: Environment, family: Family, said: Mapping[str, Any]) -> Values:
    """Read what is said of a task, a ticket or an opportunity."""
    id_ = customer_number(environment, said.get("customer"))
    own = {name: raw for name, raw in said.items() if name not in ("object", "customer")}
    read = _own_values(environment, family, own)
    if family == "opportunity":
        return _card(environment, id_, read)
    needed = _NEEDED[family]
    return {"customer_id": id_, **read, needed: read.get(needed) or family}


def _own_values(environment: Environment, family: Family, said: Mapping[str, Any]) -> Values:
    settings = environment.project.settings
    fields = {field.name: field for field in own_fields(settings, family)}
    check_names(said, fields)
    read = {name: value(fields[name], raw, environment.clock) for name, raw in said.items()}
    return {name: each for name, each in read.items() if each is not None}


def _card(environment: Environment, customer: int, read: Values) -> Values:
    """Return an opportunity's row: in the first pipeline, on its first stage, unless said."""
    pipelines = environment.project.settings.pipelines
    name: str = read.get("pipeline") or next(iter(pipelines), "")
    stages = pipelines[name].stages if name in pipelines else ()
    stage = read.get("stage") or next(iter(stages), None)
    if not name or stage is None:
        raise Unfit(_("There are no pipelines in cskh.yaml."))
    if stages and stage not in stages:
        raise unfit("stage", stage, did_you_mean(stage, stages) or "")
    if _card_of(environment, customer, name) is not None:
        raise Unfit(
            _("A customer has one card in a pipeline, here two in {name}.").format(name=name)
        )
    return {"customer_id": customer, **read, "pipeline": name, "stage": stage}


def _move(environment: Environment, customer: int, pipeline: str, stage: Any) -> None:
    """Move a customer's card, or put him into the pipeline."""
    number = _card_of(environment, customer, pipeline)
    if number is None:
        row = _card(environment, customer, {"pipeline": pipeline, "stage": stage})
        environment.store.records.create("opportunity", [row], _stamp(environment))
    else:
        _change_record(environment, "opportunity", number, {"stage": stage})


def _card_of(environment: Environment, customer: int, pipeline: str) -> int | None:
    records, fields = environment.store.records, _fields(environment, "opportunity")
    for number in records.of(customer, "opportunity"):
        card = records.read("opportunity", number, ["pipeline"], fields)
        if card and card.values["pipeline"] == pipeline:
            return number
    return None


def _change_record(
    environment: Environment, family: Family, number: Any, said: Mapping[str, Any]
) -> None:
    id_ = record_number(environment, family, number)
    wanted = _own_values(environment, family, said)
    _check_filled({name: wanted.get(name) for name in said})
    if "status" in said and "status" not in wanted:
        raise Unfit(_("{field} can't be empty.").format(field="status"))
    _check_card(environment, family, id_, wanted)
    names, fields = sorted(said), _fields(environment, family)
    have = environment.store.records.read(family, id_, names, fields)
    old = have.values if have else {}
    pairs = {name: (old.get(name), wanted.get(name)) for name in names}
    environment.store.records.change(family, [Edit(id_, pairs)], _stamp(environment))


def _check_card(environment: Environment, family: Family, id_: int, wanted: Values) -> None:
    """Raise Unfit for a card that shall change its pipeline, or go to a stage of another one."""
    if "pipeline" in wanted:
        raise Unfit(_("A card stays in its pipeline: only its stage can be changed."))
    if family != "opportunity" or "stage" not in wanted:
        return
    card = environment.store.records.read(family, id_, ["pipeline"], _fields(environment, family))
    pipeline = environment.project.settings.pipelines.get(card.values["pipeline"] if card else "")
    if pipeline and wanted["stage"] not in pipeline.stages:
        raise unfit("stage", wanted["stage"], did_you_mean(wanted["stage"], pipeline.stages) or "")


def record_number(environment: Environment, family: Family, number: Any) -> int:
    """Return the number of a task, a ticket or an opportunity that is there; raises Unfit."""
    records = environment.store.records
    is_one = isinstance(number, int) and not isinstance(number, bool) and 0 < number < _MOST
    if not is_one or records.read(family, number, [], _fields(environment, family)) is None:
        message = _("There is no {object} {number} in this test.")
        raise Unfit(message.format(object=family, number=number))
    return int(number)


def _fields(environment: Environment, family: Family) -> Catalogue:
    return catalogue(environment.project.settings, family)


def _stamp(environment: Environment, *, fires: bool = True) -> Stamp:
    at = environment.clock.stamp
    return Stamp(cause="test", actor=None, at=at, fires=fires)
