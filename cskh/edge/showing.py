"""The sample project made ready for a demonstration: its messages go to a stand-in on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from cskh.edge.files import write_private
from cskh.edge.sample import copy_sample
from cskh.edge.stand_in import StandIn

# The sample itself sends nowhere; these lines are what a shop would write to send.
_SANDBOX = "active: {sms: thu-nghiem}\n"
_VIETGUYS = """\
  vietguys: {{type: vietguys, account: demo, service_id: MYBRAND, url: "{url}", price: 350,
             passcode: "${{VIETGUYS_PASSCODE}}"}}
active: {{sms: vietguys}}
"""


@contextmanager
def sample() -> Iterator[tuple[Path, StandIn]]:
    """Hold a project in a temporary folder, and the SMS gateway that it sends to."""
    with TemporaryDirectory(prefix="cskh-demo-") as folder, StandIn() as gateway:
        project = copy_sample(Path(folder))
        settings = project / "cskh.yaml"
        text = settings.read_text(encoding="utf-8")
        vietguys = _VIETGUYS.format(url=gateway.url)
        settings.write_text(text.replace(_SANDBOX, vietguys), encoding="utf-8")
        write_private(project / ".env", f"VIETGUYS_PASSCODE={gateway.passcode}\n")
        yield project, gateway
