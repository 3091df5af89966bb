"""How the messages of the terminal's own go out: how long each is waited for, and whether it is confirmed."""

from dataclasses import replace

from core.terminal.uplink.settings import Settings
from core.terminal.uplink.state import EventReport, LinkTest, Message, Patience, Say, StatusReport, TaskReport

LOGIN = Patience(20.0, 2)
"""Three tries of 20 s."""
HEARTBEATS = 3
"""Unanswered heartbeats after which the link is given up."""
REPORT_RETRIES = 2
"""An event report is tried three times at most."""
GOODBYE = Patience(5.0, 0)
"""A logout is not worth more [design]."""


def order(message: Message, settings: Settings) -> Say:
    """Return the order to send a message."""
    answer, confirmed = settings.answer, settings.confirmed
    match message:
        case LinkTest.LOGIN:
            return Say(message, LOGIN)
        case LinkTest.LOGOUT:
            return Say(message, GOODBYE)
        case LinkTest.HEARTBEAT:
            return Say(message, replace(answer, retries=HEARTBEATS - 1))
        case EventReport():
            tries = min(answer.retries, REPORT_RETRIES)
            return Say(message, replace(answer, retries=tries), confirmed.class_3)
        case TaskReport(due):
            return Say(message, answer, confirmed.class_1 if due.present else confirmed.class_2)
        case StatusReport():
            return Say(message, answer, confirmed.class_1)
