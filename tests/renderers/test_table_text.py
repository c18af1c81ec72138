from __future__ import annotations

from cskh.renderers.table_text import csv_text


def test_true_and_false_are_written_as_json_has_them() -> None:
    assert csv_text(["active", "on_time"], [(True, None), (False, 1)]) == (
        "active,on_time\ntrue,\nfalse,1\n"
    )
