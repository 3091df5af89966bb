"""Both roles of a session in one place: the master asks, the terminal serves and reports."""

from core.gdw376.call import Answer, Call, Delivered, Notice, Serve, Undelivered
from core.gdw376.commands import Ignored, Send
from core.gdw376.initiator import Persistence
from core.gdw376.master import MasterCommand, MasterSession
from core.gdw376.packing import pack
from core.gdw376.request import Completed, Failed, Reply, Report, Request
from core.gdw376.station import Reach, Station
from core.gdw376.terminal import TerminalCommand, TerminalSession
from core.gdw376.timing import IR, SERIAL, TCP, Timings
from core.gdw376.verdict import Judgement, Verdict, judge

__all__ = [
    "IR", "SERIAL", "TCP", "Answer", "Call", "Completed", "Delivered", "Failed", "Ignored", "Judgement",
    "MasterCommand", "MasterSession", "Notice", "Persistence", "Reach", "Reply", "Report", "Request", "Send",
    "Serve", "Station", "TerminalCommand", "TerminalSession", "Timings", "Undelivered", "Verdict", "judge",
    "pack",
]  # fmt: skip
