import pytest

from cskh.model.fields import CUSTOMER_KINDS, Kind, built_in_names, customer_fields
from cskh.model.settings import CustomField, Settings
from tests.sample import FIELDS, SETTINGS

# The fields of a customer that DESIGN names, but for the pipelines', which come with pipelines.
NAMED = """
    pid kind type name phone phone_2 email birthday age gender address province status source
    industry channel assignee tags company account note revenue order_count last_order_at
    last_contacted_at next_appointment_at pinned created_at updated_at
"""


def test_a_customer_has_the_fields_that_rules_may_name() -> None:
    assert built_in_names() == set(NAMED.split())
    assert FIELDS.keys() == built_in_names() | SETTINGS.fields.keys()


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("kind", CUSTOMER_KINDS),
        ("status", ("Mới", "Quan tâm", "Lost")),
        ("assignee", ("lan", "minh", "an", "ha")),
        ("source", ()),
        ("hang_the", ("Bạc", "Vàng")),
        ("name", ()),
    ],
)
def test_choices_are_the_projects_own(name: str, choices: tuple[str, ...]) -> None:
    assert FIELDS[name].choices == choices


def test_a_built_in_field_cant_be_redefined() -> None:
    fields = customer_fields(Settings(version=1, fields={"name": CustomField(type="number")}))
    assert fields["name"].kind is Kind.TEXT
    assert not fields["name"].custom


def test_a_custom_field_is_titled_as_the_project_says_or_by_its_name() -> None:
    own = {"a": CustomField(type="text", label="Hạng"), "b": CustomField(type="text")}
    fields = customer_fields(Settings(version=1, fields=own))
    assert (fields["a"].title, fields["b"].title) == ("Hạng", "b")


def test_built_in_titles_speak_the_language_in_use(english: None) -> None:
    assert FIELDS["birthday"].title == "Birthday"
