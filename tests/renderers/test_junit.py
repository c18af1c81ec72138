"""JUnit XML: what every CI shows of tests."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from cskh.renderers.junit import Result, junit_text

GOOD = Result("sinh-nhat", "được chúc", "a/sinh-nhat.yaml", None, None)
BAD = Result("lost", "bị đóng", "lost.yaml", 27, "lost.yaml:27\nA1: <không>")


def test_a_suite_is_a_workflow_and_counts_its_failures() -> None:
    root = ElementTree.fromstring(junit_text([GOOD, BAD, BAD]))
    assert root.tag == "testsuites"
    assert (root.get("tests"), root.get("failures")) == ("3", "2")
    counts = [(each.get("name"), each.get("tests"), each.get("failures")) for each in root]
    assert counts == [("sinh-nhat", "1", "0"), ("lost", "2", "2")]


def test_a_failure_says_where_and_why() -> None:
    root = ElementTree.fromstring(junit_text([BAD]))
    (case,) = root.iter("testcase")
    assert (case.get("classname"), case.get("name")) == ("lost", "bị đóng")
    assert (case.get("file"), case.get("line")) == ("lost.yaml", "27")
    failure = case.find("failure")
    assert failure is not None
    assert (failure.get("message"), failure.text) == ("lost.yaml:27", BAD.why)


def test_a_passed_test_has_no_failure_and_no_line() -> None:
    (case,) = ElementTree.fromstring(junit_text([GOOD])).iter("testcase")
    assert case.find("failure") is None and case.get("line") is None


@given(st.text(st.characters(codec="utf-8") | st.characters(categories=["Cs", "Cc"])))
def test_any_text_makes_valid_xml(text: str) -> None:
    made = junit_text([Result(text, text, text, 1, text)])
    (case,) = ElementTree.fromstring(made.encode()).iter("testcase")
    assert case.find("failure") is not None


def test_nothing_tested_is_valid_xml_too() -> None:
    assert ElementTree.fromstring(junit_text([])).get("tests") == "0"
