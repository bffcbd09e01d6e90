"""What is kept, table by table. Importing this package makes all of them known to SQLModel."""

from plugin.store.tables.alarms import Alarm, Notice, Snooze
from plugin.store.tables.answers import AnswerText
from plugin.store.tables.aspirations import Aspiration
from plugin.store.tables.audit import AuditEntry, AuditHead
from plugin.store.tables.chat import (
    ActionToken,
    Card,
    Inbox,
    Official,
    Role,
    RoomRow,
    Subscription,
    WebMessage,
)
from plugin.store.tables.clocks import ReportClock
from plugin.store.tables.connections import Connection, Consent, OpenBill, Purse, Spending
from plugin.store.tables.counts import AgencyDay, AgencyOpen
from plugin.store.tables.desk import Disposition, Followup, Photo, PostCheck, PostVersion, Report
from plugin.store.tables.ledger import (
    AccountEvent,
    AccountSample,
    Circular,
    CircularDue,
    CircularException,
    Custody,
    FollowerList,
    FollowerPage,
    LedgerLook,
    Proposal,
    Reminder,
    ReminderRound,
    ReminderSnooze,
)
from plugin.store.tables.parts import ReplyPart, ReplyPicture
from plugin.store.tables.promises import Promise
from plugin.store.tables.proofs import Proof
from plugin.store.tables.registry import Account, Agency, FormerName, Revision
from plugin.store.tables.replies import ApprovalRule, Reply
from plugin.store.tables.rhythm import DigestRun, Gap, Gate, Node, PollCursor
from plugin.store.tables.scores import AnswerScore
from plugin.store.tables.square import SquarePost
from plugin.store.tables.topics import Rise, TopicDay
from plugin.store.tables.triage import CaseKey, CaseProposal, Lesson, PhraseScore
from plugin.store.tables.wishes import PageWish

__all__ = [
    "Account",
    "AccountEvent",
    "AccountSample",
    "ActionToken",
    "Agency",
    "AgencyDay",
    "AgencyOpen",
    "Alarm",
    "AnswerScore",
    "AnswerText",
    "ApprovalRule",
    "Aspiration",
    "AuditEntry",
    "AuditHead",
    "Card",
    "CaseKey",
    "CaseProposal",
    "Circular",
    "CircularDue",
    "CircularException",
    "Connection",
    "Consent",
    "Custody",
    "DigestRun",
    "Disposition",
    "FollowerList",
    "FollowerPage",
    "Followup",
    "FormerName",
    "Gap",
    "Gate",
    "Inbox",
    "LedgerLook",
    "Lesson",
    "Node",
    "Notice",
    "Official",
    "OpenBill",
    "PageWish",
    "Photo",
    "PhraseScore",
    "PollCursor",
    "PostCheck",
    "PostVersion",
    "Promise",
    "Proof",
    "Proposal",
    "Purse",
    "Reminder",
    "ReminderRound",
    "ReminderSnooze",
    "Reply",
    "ReplyPart",
    "ReplyPicture",
    "Report",
    "ReportClock",
    "Revision",
    "Rise",
    "Role",
    "RoomRow",
    "Snooze",
    "Spending",
    "SquarePost",
    "Subscription",
    "TopicDay",
    "WebMessage",
]
