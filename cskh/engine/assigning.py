"""What `field=value` words set, as the store keeps it: pure, given settings, fields and time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from cskh.cells.choices import read_choice, words_of
from cskh.cells.dates import read_birthday, read_date
from cskh.cells.emails import read_email
from cskh.cells.numbers import read_boolean
from cskh.cells.phones import Phone, read_phone
from cskh.cells.provinces import read_province
from cskh.cells.readers import read_pid, reader_of
from cskh.cells.reading import NOTHING, Reading
from cskh.cells.recipes import recipe_for
from cskh.cells.texts import tidy
from cskh.engine.words import check_names, items
from cskh.errors import UsageProblem, did_you_mean
from cskh.language import N_, _
from cskh.model.clock import Clock
from cskh.model.fields import PIPELINE, Catalogue, Kind, customer_fields
from cskh.model.folding import fold
from cskh.model.settings import Settings

LUNAR = "lunar_birthday"
# What these are without a value; the other fields are simply not set.
_CLEARED: Mapping[str, Any] = {"revenue": 0, "order_count": 0, "pinned": False, "tags": ()}
_NEVER_CLEARED = frozenset({"pid", "kind", "type"})
# A word that says there is nothing says so for these; elsewhere it is a text like any other.
_MAY_BE_NOTHING = frozenset({"gender"})
# Codes: the same one in other letters.
_KEYS = frozenset({"pid", "account"})
_UNSETTABLE: Mapping[str, str] = {
    "age": N_("It is counted from the birthday: birthday=1990-05-03."),
    "created_at": N_("It is noted when the customer is added."),
    "updated_at": N_("It is noted with every change."),
}


@dataclass(frozen=True, slots=True)
class Assigned:
    """What words set: values as the store keeps them, None where one is cleared.

    `account` stands as its code. `remarks` are doubts that people should hear of.
    """

    values: dict[str, Any]
    remarks: list[str] = field(default_factory=list)


class Assigner:
    """Reads the words about customers of one project."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.fields: Catalogue = customer_fields(settings)
        self._clock = clock
        self._recipe = recipe_for((), (), settings, clock)

    def assigned(self, said: Mapping[str, str]) -> Assigned:
        """Return what assignments set; raises UsageProblem before anything is done."""
        self._check(said)
        done = Assigned({})
        for name, text in said.items():
            if text == "":
                done.values.update(_cleared(name))
            elif name == "phone":
                self._set_phone(text, done, has_second="phone_2" in said)
            else:
                done.values.update([self.value(name, text)])
        return done

    def value(self, name: str, text: str) -> tuple[str, Any]:
        """Return the field that a text sets, and its value; raises UsageProblem.

        It is another field than `name` where a birthday says that it is a lunar one.
        """
        if name in ("birthday", LUNAR):
            return self._birthday(text, lunar=name == LUNAR)
        kind = self.fields[name].kind
        if kind is Kind.TAGS:
            return name, tuple(sorted(items(text)))
        if name in _READERS:
            return name, _READERS[name](text)
        if kind is Kind.TEXT:
            return name, lines(text) if name == "note" else tidy(text) or None
        return name, self._read(name, text)

    def _check(self, said: Mapping[str, str]) -> None:
        for name in said:
            if name in _UNSETTABLE or name.startswith(PIPELINE):
                hint = _UNSETTABLE.get(name) or N_(
                    "It goes with the customer's card: cskh opportunity add, cskh opportunity move."
                )
                raise UsageProblem(_("{field} can't be set.").format(field=name), _(hint))
        settable = {name for name in self.fields if not name.startswith(PIPELINE)}
        check_names(said, (settable | {LUNAR}) - _UNSETTABLE.keys())

    def _read(self, name: str, text: str) -> Any:
        """Read a choice, a number, a date: what is told about cells is told about words."""
        choices = self.fields[name].choices
        reading = self._reader(name)(text)
        if reading.value is None and (reading.problem or name not in _MAY_BE_NOTHING):
            raise _wrong(name, text, did_you_mean(text, choices) or reading.problem)
        return reading.value

    def _reader(self, name: str) -> Callable[[str], Reading]:
        if name == "assignee":
            return partial(read_choice, words=self._recipe.words["assignee"])
        if name.startswith(PIPELINE):
            return partial(read_choice, words=words_of(self.fields[name].choices))
        if self.fields[name].kind is Kind.BOOLEAN:
            return read_boolean
        return reader_of(name, self._recipe)

    def _birthday(self, text: str, *, lunar: bool) -> tuple[str, Any]:
        """Read a birthday; a whole date is believed even where programs put it in for none."""
        whole = NOTHING if lunar else read_date(text, "dmy", self._clock)
        if whole.value and whole.value <= self._clock.today.isoformat():
            return "birthday", whole.value
        reading = read_birthday(text, "dmy", self._clock, lunar=lunar)
        if reading.value is None:
            raise _wrong(LUNAR if lunar else "birthday", text, reading.problem)
        return (LUNAR if reading.value.lunar else "birthday"), reading.value.text

    def _set_phone(self, text: str, done: Assigned, *, has_second: bool) -> None:
        phone, problem = _phone("phone", text)
        done.values.update(phone=phone.number, phone_kind=phone.kind)
        if phone.second and not has_second:
            done.values["phone_2"] = phone.second
        elif phone.second:
            raise UsageProblem(_("There are two numbers in phone, and phone_2 beside it."))
        if problem:
            done.remarks.append(problem)


def _cleared(name: str) -> Mapping[str, Any]:
    if name in _NEVER_CLEARED:
        raise UsageProblem(_("{field} can't be cleared.").format(field=name))
    beside = {"phone_kind": None} if name == "phone" else {}
    return {name: _CLEARED.get(name), **beside}


def _phone(name: str, text: str) -> tuple[Phone, str | None]:
    phone, _repairs, problem = read_phone(text)
    if not isinstance(phone, Phone):
        raise _wrong(name, text, problem)
    return phone, problem


def read_one_phone(name: str, text: str) -> str:
    """Return the first number of a text, as the store has it; raises UsageProblem."""
    return _phone(name, text)[0].number


def _pid(text: str) -> str:
    reading = read_pid(text)
    if reading.value is None:
        raise _wrong("pid", text, reading.problem)
    return str(reading.value)


def _email(text: str) -> str:
    reading = read_email(text)
    if reading.value is None:
        raise _wrong("email", text, reading.problem)
    return str(reading.value)


def lines(text: str) -> str | None:
    """Return a text of several lines, each of them tidied; None if nothing is left."""
    return "\n".join(map(tidy, text.splitlines())).strip("\n") or None


def _province(text: str) -> str | None:
    return read_province(text).value or tidy(text) or None


_READERS: Mapping[str, Callable[[str], str | None]] = {
    "pid": _pid,
    "phone_2": partial(read_one_phone, "phone_2"),
    "email": _email,
    "province": _province,
}


def _wrong(name: str, text: str, hint: str | None) -> UsageProblem:
    return UsageProblem(_("{field} can't be {value}.").format(field=name, value=text), hint)


def changes(
    have: Mapping[str, Any], wanted: Mapping[str, Any], fields: Catalogue
) -> dict[str, tuple[Any, Any]]:
    """Return what really changes: name -> old, new; the same in other letters is no change."""
    return {
        name: (have[name], value)
        for name, value in wanted.items()
        if have[name] != value and not _is_same(name, have[name], value, fields)
    }


def _is_same(name: str, old: Any, new: Any, fields: Catalogue) -> bool:
    """Say whether two values mean the same code, choice, person or tags."""
    if name == "tags":
        return {*map(fold, old)} == {*map(fold, new)}
    is_key = name in _KEYS or (name in fields and fields[name].kind is Kind.CHOICE)
    return is_key and None not in (old, new) and fold(str(old)) == fold(str(new))
