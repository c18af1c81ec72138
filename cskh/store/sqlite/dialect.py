"""How SQLite writes the fields of objects and events; the only place that knows its columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from cskh.model.converting import COMPANY_ACCOUNT
from cskh.model.fields import CARD, PIPELINE, TELESALES, Catalogue, Family, Field, Kind

# The columns that have a folded one beside them.
KEYED = frozenset(
    {
        "pid",
        "name",
        "email",
        "address",
        "province",
        "status",
        "source",
        "industry",
        "channel",
        "assignee",
        "company",
        "note",
    }
)
# Read by actions, but no field that rules know.
_INTERNAL = frozenset({"phone_kind", "automatic_pid", "lunar_birthday"})
_TAGS = "(SELECT json_group_array(t.tag) FROM tags t WHERE t.customer_id = c.id)"
_ACCOUNT = "(SELECT a.{column} FROM customers a WHERE a.id = c.account_id)"
# Until this year's birthday the age is a year less.
_AGE = (
    "CASE WHEN length(c.birthday) = 10"
    " THEN :year - CAST(substr(c.birthday, 1, 4) AS INTEGER)"
    " - (c.birthday_md > :month_day)"
    " WHEN length(c.birthday) = 4 THEN :year - CAST(c.birthday AS INTEGER) END"
)


_STAGE = (
    "(SELECT p.stage FROM opportunities p WHERE p.customer_id = c.id AND p.pipeline = {pipeline})"
)
_CARD = _STAGE.replace("p.stage", "p.status")
_CALLED = (
    "(SELECT s.status FROM telesales s WHERE s.customer_id = c.id AND s.campaign = {campaign})"
)
_ODD = {"tags": _TAGS, "account": _ACCOUNT.format(column="pid"), "age": f"({_AGE})"}
# Read by actions, too, but no column either.
_BESIDE = {
    COMPANY_ACCOUNT: (
        "(SELECT a.pid FROM customers a WHERE a.id = (SELECT min(id) FROM ("
        "SELECT id FROM customers WHERE kind = 'account' AND company_key = c.company_key"
        " UNION ALL "
        "SELECT id FROM customers WHERE kind = 'account' AND name_key = c.company_key)))"
    )
}
# How many columns a statement begins with: what `numbers` writes.
NUMBERS = 5
# The table of each object; `o` is a row of it, `c` its customer, `e` the event about it.
TABLES = {"task": "tasks", "ticket": "tickets", "opportunity": "opportunities"}


class SqliteDialect:
    """Writes expressions over a row `c` of customers, and `o` of another object of his."""

    def column(self, field: Field) -> str:
        """Write the stored value, NULL when it isn't set."""
        name = field.own_name
        if field.owner == "event":
            return f"(e.data ->> {_path(field)})"
        if field.owner != "customer":
            return f"o.{quoted(name)}"
        if field.custom:
            return f"(c.fields ->> {_path(field)})"
        if name.startswith(PIPELINE):
            return _STAGE.format(pipeline=_literal(name.removeprefix(PIPELINE)))
        if name.startswith(CARD):
            return _CARD.format(pipeline=_literal(name.removeprefix(CARD)))
        if name.startswith(TELESALES):
            return _CALLED.format(campaign=_literal(name.removeprefix(TELESALES)))
        return _ODD.get(name) or f"c.{name}"

    def folded(self, field: Field) -> str:
        """Write the text folded for comparison; of rare texts by a function."""
        name = field.own_name
        if field.owner != "customer" or name.startswith(PIPELINE):
            return f"fold({self.column(field)})"
        if field.custom:
            return f"(c.fields_key ->> {_path(field)})"
        if name == "account":
            return _ACCOUNT.format(column="pid_key")
        return f"c.{name}_key" if name in KEYED else f"c.{name}"

    def unmarked(self, text: str) -> str:
        """Write a text without its diacritics, by a function that the connection has."""
        return f"unmark({text})"

    def full_date(self, field: Field) -> str:
        """Write a date that has all its parts, else NULL."""
        column = self.column(field)
        return f"CASE WHEN length({column}) = 10 THEN {column} END"

    def month_day(self, field: Field) -> str:
        """Write a date's `MM-DD`; the birthday's is indexed."""
        if field.owner == "customer" and field.own_name == "birthday":
            return "c.birthday_md"
        column = self.column(field)
        return f"CASE WHEN length({column}) >= 7 THEN substr({column}, -5) END"

    def position(self, text: str, part: str) -> str:
        """Write where `part` begins in `text`, from 1; 0 when it doesn't."""
        return f"instr({text}, {part})"

    def has_tag(self, keys: tuple[str, ...]) -> str:
        """Write that the customer has one of the tags."""
        return (
            "EXISTS (SELECT 1 FROM tags t"
            f" WHERE t.customer_id = c.id AND t.key IN ({', '.join(keys)}))"
        )

    def has_no_tags(self) -> str:
        """Write that the customer has no tag at all."""
        return "NOT EXISTS (SELECT 1 FROM tags t WHERE t.customer_id = c.id)"

    def changed(self, name: str, test: str | None) -> str:
        """Write that the event changed the field, as `test` says."""
        how = f" AND {test}" if test else ""
        return f"EXISTS (SELECT 1 FROM changes h WHERE h.event_id = e.id AND h.field = {name}{how})"

    def side(self, side: Literal["old", "new"]) -> SqliteDialect:
        """Return how values are written that a change had before or after it."""
        return _Side(side)

    def cost(self, field: Field) -> int:
        """Rate a column 0, JSON 1, another table 2."""
        name = field.own_name
        if field.kind is Kind.TAGS or name == "account" or name.startswith(PIPELINE):
            return 2
        return 1 if field.custom or field.owner == "event" else 0

    def source(self, family: Family, heard: bool) -> str:
        """Write the tables."""
        if family == "customer":
            return "events e JOIN customers c ON c.id = e.object_id" if heard else "customers c"
        events = "events e JOIN " if heard else ""
        on = " ON o.id = e.object_id" if heard else ""
        return f"{events}{TABLES[family]} o{on} JOIN customers c ON c.id = o.customer_id"

    def numbers(self, family: Family, heard: bool) -> Sequence[str]:
        """Write the customer's number, the object's, the event's, its chain and its time."""
        own = "NULL" if family == "customer" else "o.id"
        return ("c.id", own, *(("e.id", "e.chain", "e.at") if heard else ("NULL",) * 3))

    def order(self, family: Family, heard: bool) -> str:
        """Write by what rows are ordered."""
        if heard:
            return "e.id"
        return "c.id" if family == "customer" else "o.id"

    def selected(self, name: str, fields: Catalogue) -> str:
        """Write the column of a field to be read, named as the field."""
        plain = f"c.{name}"
        column = plain if name in _INTERNAL else _BESIDE.get(name) or self.column(fields[name])
        return plain if column == plain else f"{column} AS {quoted(name)}"

    def of_kinds(self, kinds: tuple[str, ...]) -> str:
        """Write that the customer is of one of the kinds."""
        return f"c.kind IN ({', '.join(kinds)})"

    def answers(self, family: str, kinds: tuple[str, ...], after: str, upto: str) -> str:
        """Write that the event is of a kind, about the family, and between two numbers."""
        listed = ", ".join(kinds)
        return f"e.id > {after} AND e.id <= {upto} AND e.object = {family} AND e.kind IN ({listed})"

    def touches(self, kind: str, names: tuple[str, ...]) -> str:
        """Write that the event, if it is of this kind, changed one of the fields."""
        one = f"h.event_id = e.id AND h.field IN ({', '.join(names)})"
        return f"(e.kind <> {kind} OR EXISTS (SELECT 1 FROM changes h WHERE {one}))"

    def on_pages(self, pages: tuple[str, ...]) -> str:
        """Write that the event happened on one of the pages."""
        return f"(e.data ->> '$.page') IN ({', '.join(pages)})"

    def not_caused_by(self, firing: str) -> str:
        """Write that no firing whose name begins so, on this very object, led to the event."""
        return f"instr(e.chain, {firing} || e.object_id || '\"') = 0"

    def not_acted(
        self, family: Family, workflow: str, occasion: str | None, since: str | None
    ) -> str:
        """Write that the workflow did nothing for the object on the occasion or since then."""
        number = "c.id" if family == "customer" else "o.id"
        ways = [] if occasion is None else [f"x.occasion = {occasion}"]
        ways += [] if since is None else [f"x.at >= {since}"]
        when = ways[0] if len(ways) == 1 else f"({' OR '.join(ways)})"
        return (
            "NOT EXISTS (SELECT 1 FROM executions x"
            f" WHERE x.workflow = {workflow} AND x.object_id = {number} AND {when})"
        )

    def on_lists(self, keys: tuple[str, ...]) -> str:
        """Write that the customer is on one of the lists, whose names are folded."""
        return (
            "EXISTS (SELECT 1 FROM list_members m"
            f" WHERE m.customer_id = c.id AND m.list IN ({', '.join(keys)}))"
        )

    def is_recipient(self, campaign: str) -> str:
        """Write that the customer is a recipient of the campaign who has no message of it yet."""
        source = f"'campaign:' || {campaign}"
        return (
            "EXISTS (SELECT 1 FROM recipients r"
            f" WHERE r.campaign = {campaign} AND r.customer_id = c.id)"
            " AND NOT EXISTS (SELECT 1 FROM outbox m WHERE m.workflow = "
            f"{source} AND m.occasion = {source} AND m.object_id = c.id)"
        )

    def among(self, text: str, values: str) -> str:
        """Write that a text is in a list that is one JSON value, read once a statement."""
        return f"{text} IN (SELECT value FROM json_each({values}))"


class _Side(SqliteDialect):
    """Writes values of a row `h` of the change log, which are JSON, instead of the object's."""

    def __init__(self, side: str) -> None:
        self._value = f"h.{side}"

    def column(self, field: Field) -> str:
        """Write the value that the field had."""
        return f"({self._value} ->> '$')"

    def folded(self, field: Field) -> str:
        """Write the text that the field had, folded."""
        return f"fold({self.column(field)})"

    def has_tag(self, keys: tuple[str, ...]) -> str:
        """Write that one of the tags was among those that the customer had."""
        among = f"fold(v.value) IN ({', '.join(keys)})"
        return f"EXISTS (SELECT 1 FROM json_each({self._value}) v WHERE {among})"


def _path(field: Field) -> str:
    return _literal(f"$.{quoted(field.own_name)}")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Write a name: a custom field is called whatever cskh.yaml says, and `group` is a word."""
    return '"' + name.replace('"', '""') + '"'
