"""Why a message or an action was skipped: stable words in the store, sentences for people."""

from __future__ import annotations

from cskh.language import N_, _

_SENTENCES = {
    "no_phone": N_("no phone"),
    "not_a_mobile": N_("the phone is a landline or a hotline"),
    "no_email": N_("no email address"),
    "empty_subject": N_("the subject would be empty"),
    "nobody": N_("there is nobody to send it to"),
    "empty_text": N_("the text would be empty"),
    "unprintable": N_("the text has something in it that can't be sent"),
    "text_too_long": N_("the text would be too long"),
    "opted_out": N_("the customer has refused such messages"),
    "do_not_contact": N_("the phone is on the do-not-call list (Decree 91/2020, article 13)"),
    "no_conversation": N_("the customer has no conversation with us there"),
    "out_of_window": N_("it would be too late after the customer's last message"),
    "no_consent": N_("no consent to advertising (Decree 91/2020, article 13)"),
    "capped": N_("as many messages as the cap allows were sent lately"),
    "quiet_hours": N_("waits for the end of the quiet hours"),
    "no_provider": N_("waits: there is no provider for it"),
    "missing_secret": N_("waits: a secret of its provider is not set"),
    "provider_stopped": N_("waits: its provider is stopped"),
    "not_a_lead": N_("the customer is no lead"),
    "nobody_there": N_("nobody of the group is there"),
    "wrong_audience": N_("the call list is for others"),
    "on_the_list": N_("the customer is on the call list already"),
    "not_in_pipeline": N_("the customer is not in the pipeline"),
    "card_is_closed": N_("the card is won or lost"),
    "in_pipeline": N_("the customer is in the pipeline already"),
    "same_phone": N_("another recipient has the same phone"),
    "has_it_already": N_("the customer has the message already"),
    "replaced": N_("planned anew, or its campaign was deleted"),
    "phone_changed": N_("the phone has changed since the campaign was approved"),
    "too_deep": N_("it would be the sixth firing in one chain"),
}


# Reasons that name something after a space.
_ABOUT = {
    "missing": N_("{variable} is not known"),
    "text_too_long": N_("{variable} would be too long"),
}


def sentence(reason: str) -> str:
    """Return a stored reason as people read it."""
    word, _space, variable = reason.partition(" ")
    if variable and word in _ABOUT:
        return _(_ABOUT[word]).format(variable=variable)
    return _(_SENTENCES[reason]) if reason in _SENTENCES else reason
