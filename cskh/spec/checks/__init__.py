"""The meaning checks: CK2xx what can't work, CK3xx advice. One function, one code."""

from cskh.spec.checks import (
    actions,
    advice,
    campaigns,
    cases,
    channels,
    conditions,
    graph,
    impossible,
    names,
    project,
    texts,
)
from cskh.spec.checks.finding import Checks

WORKFLOW: Checks = [
    *conditions.CHECKS,
    *impossible.CHECKS,
    *graph.CHECKS,
    *names.CHECKS,
    *texts.CHECKS,
    *actions.CHECKS,
    *channels.CHECKS,
    *advice.CHECKS,
    *cases.CHECKS,
]
TEMPLATE: Checks = texts.TEMPLATE_CHECKS
PROJECT: Checks = project.CHECKS
TOGETHER: Checks = graph.TOGETHER
CAMPAIGN: Checks = campaigns.CHECKS
