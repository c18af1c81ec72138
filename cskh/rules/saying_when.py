"""The moments of workflows in words: every day at 10:00, when a lead is created."""

from __future__ import annotations

from collections.abc import Mapping

from cskh.language import N_, _
from cskh.model.events import EventName
from cskh.model.fields import ObjectName
from cskh.model.settings import Settings
from cskh.model.workflow import Moment, Trigger, Weekday, Workflow

# A month may be as short as this.
_SHORTEST_MONTH = 28

_MANY: Mapping[ObjectName, str] = {
    "lead": N_("leads"),
    "contact": N_("contacts"),
    "account": N_("business accounts"),
    "customer": N_("customers"),
    "task": N_("tasks"),
    "ticket": N_("tickets"),
    "opportunity": N_("opportunities"),
}
_ONE: Mapping[ObjectName, str] = {
    "lead": N_("a lead"),
    "contact": N_("a contact"),
    "account": N_("a business account"),
    "customer": N_("a customer"),
    "task": N_("a task"),
    "ticket": N_("a ticket"),
    "opportunity": N_("an opportunity"),
}
_WEEKDAYS: Mapping[Weekday, str] = {
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
    "sat": N_("Saturday"),
    "sun": N_("Sunday"),
}
_CHANGES = {
    Moment.CREATED: N_("When {object} is created"),
    Moment.UPDATED: N_("When {object} is updated"),
    Moment.CREATED_OR_UPDATED: N_("When {object} is created or updated"),
}
_EVENTS: Mapping[EventName, str] = {
    "page_interaction": N_("When {object} writes or comments on {pages}"),
    "message_replied": N_("When {object} replies to our message on {pages}"),
    "order_status_changed": N_("When the status of an order of {object} changes"),
    "stage_changed": N_("When {object} comes to another stage of a pipeline"),
    "conversation_tagged": N_("When the conversation with {object} on {pages} is tagged"),
    "call_missed": N_("When a call of {object} is missed"),
}


def objects(name: ObjectName) -> str:
    """Return what a workflow works on, in the plural: leads."""
    return _(_MANY[name])


def when(workflow: Workflow, settings: Settings) -> str:
    """Return the moment of a workflow as the beginning of a sentence."""
    trigger, someone = workflow.trigger, _(_ONE[workflow.object])
    if trigger.moment in _CHANGES:
        return _(_CHANGES[trigger.moment]).format(object=someone)
    if trigger.event is not None:
        pages = _pages(trigger.pages, settings)
        return _(_EVENTS[trigger.event]).format(object=someone, pages=pages)
    return _scheduled(trigger)


def _scheduled(trigger: Trigger) -> str:
    if trigger.weekday is not None:
        weekday = _(_WEEKDAYS[trigger.weekday])
        return _("Every {weekday} at {at}").format(weekday=weekday, at=trigger.at)
    if trigger.day is None:
        return _("Every day at {at}").format(at=trigger.at)
    if trigger.day == "last":
        return _("On the last day of every month at {at}").format(at=trigger.at)
    text = (
        _("On day {day} of every month at {at}")
        if trigger.day <= _SHORTEST_MONTH
        else _("On day {day} of every month (the last one if it is shorter) at {at}")
    )
    return text.format(day=trigger.day, at=trigger.at)


def _pages(ids: tuple[str, ...], settings: Settings) -> str:
    names = {page.id: page.name for page in settings.pages}
    named = [names.get(id_, id_) for id_ in ids]
    if not named:
        return _("any page")
    if len(named) == 1:
        return _("the page {name}").format(name=named[0])
    return _("one of the pages {names}").format(names=", ".join(named))


def moment_words(moment: str | None, at: str | None) -> str:
    """Return a moment as a cell of a table."""
    short = {
        "created": _("created"),
        "updated": _("updated"),
        "created_or_updated": _("created or updated"),
        "daily": _("daily"),
        "weekly": _("weekly"),
        "monthly": _("monthly"),
        "event": _("event"),
    }
    words = short.get(moment or "", moment or "")
    return f"{words} {at}" if at else words
