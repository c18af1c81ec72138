"""How SQLite writes the fields of a customer; the only place that knows its columns."""

from __future__ import annotations

from cskh.model.fields import Catalogue, Field, Kind

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


class SqliteDialect:
    """Writes expressions over a row `c` of customers."""

    def column(self, field: Field) -> str:
        """Write the stored value, NULL when it isn't set."""
        if field.custom:
            return f"(c.fields ->> {_path(field)})"
        if field.kind is Kind.TAGS:
            return _TAGS
        if field.name == "account":
            return _ACCOUNT.format(column="pid")
        return f"({_AGE})" if field.name == "age" else f"c.{field.name}"

    def folded(self, field: Field) -> str:
        """Write the text folded for comparison."""
        if field.custom:
            return f"(c.fields_key ->> {_path(field)})"
        if field.name == "account":
            return _ACCOUNT.format(column="pid_key")
        return f"c.{field.name}_key" if field.name in KEYED else f"c.{field.name}"

    def unmarked(self, text: str) -> str:
        """Write a text without its diacritics, by a function that the connection has."""
        return f"unmark({text})"

    def full_date(self, field: Field) -> str:
        """Write a date that has all its parts, else NULL."""
        column = self.column(field)
        return f"CASE WHEN length({column}) = 10 THEN {column} END"

    def month_day(self, field: Field) -> str:
        """Write a date's `MM-DD`; the birthday's is indexed."""
        if field.name == "birthday":
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

    def cost(self, field: Field) -> int:
        """Rate a column 0, JSON 1, another table 2."""
        if field.kind is Kind.TAGS or field.name == "account":
            return 2
        return 1 if field.custom else 0

    def customers(self) -> str:
        """Write the table of customers."""
        return "customers c"

    def selected(self, name: str, fields: Catalogue) -> str:
        """Write the column of a field to be read, named as the field."""
        plain = f"c.{name}"
        column = plain if name in _INTERNAL else self.column(fields[name])
        return plain if column == plain else f"{column} AS {_quoted(name)}"

    def of_kinds(self, kinds: tuple[str, ...]) -> str:
        """Write that the customer is of one of the kinds."""
        return f"c.kind IN ({', '.join(kinds)})"

    def not_acted(self, workflow: str, occasion: str, since: str | None) -> str:
        """Write that the workflow did nothing for the customer on the occasion or since then."""
        when = f"e.occasion = {occasion}"
        when = when if since is None else f"({when} OR e.at >= {since})"
        return (
            "NOT EXISTS (SELECT 1 FROM executions e"
            f" WHERE e.workflow = {workflow} AND e.customer_id = c.id AND {when})"
        )


def _path(field: Field) -> str:
    name = _quoted(field.name).replace("'", "''")
    return f"'$.{name}'"


def _quoted(name: str) -> str:
    # A custom field is called whatever cskh.yaml says.
    return '"' + name.replace('"', '""') + '"'
