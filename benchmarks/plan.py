"""Plan: 100,000 messages rendered, judged and committed, against the same rows without all that."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks._customers import CLOCK, FIELDS, SETTINGS, filled
from benchmarks._measuring import Result, seconds
from cskh.actions.send_sms import SendSms
from cskh.engine.environment import Environment
from cskh.engine.project import Project
from cskh.engine.running import commit, shown_plans
from cskh.model.workflow import Moment, Trigger, Workflow
from cskh.spec.templates import compiled

COUNT = 100_000
TEXT = "Chào {{ customer.salutation }} {{ customer.given_name }}, chúc một ngày vui vẻ!"
