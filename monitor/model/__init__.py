"""The vocabulary of the project: the frozen types and enums the stages hand on to each other.

    Feed, FeedState -> collect.fetch  -> Fetched | NotModified | Failed
    Fetched         -> collect.parse  -> Parsed | Failed                Entry: the feed's words, untrusted
    Entry           -> collect.items  -> Item, Identity                 Item: ours, clean text and aware dates
    Item            -> match          -> Match with Evidence
    Item, Match     -> link.reading   -> Report                         what the text says, read once
    Report, Story   -> link.join      -> Link
    Report          -> link.claims    -> Claim
    Claim, Member   -> link.facts     -> StoryFacts                     what the story says by now
    all of these    -> decide         -> Verdict, Delivery
    Batch           -> storage, in ONE transaction
    Delivery        -> deliver.outbox -> Attempt, Settlement

Times are aware UTC `datetime`s and named `*_at` (except `published`), durations `timedelta`. What the types can do is
plain arithmetic on themselves: add up, merge, show a change. Nothing here knows a clock, a network or a database.
docs/glossary.md has the words.
"""

from __future__ import annotations

from monitor.model.claimed import Bound, Claim, ClaimKind, Gist, Reaction, Statement, StoryFacts, Toll, TollKind
from monitor.model.collected import (
    Entry,
    Failed,
    FailureClass,
    FeedKeys,
    FeedState,
    Fetched,
    Identity,
    Item,
    Judgement,
    KeyUse,
    KnownItem,
    NotModified,
    Parsed,
    PollStatus,
)
from monitor.model.configured import (
    ConfigFile,
    Feed,
    FeedKind,
    FollowUps,
    OnUnknown,
    QuietHours,
    Route,
    Routes,
    Severity,
)
from monitor.model.decided import (
    Action,
    Alert,
    CardChange,
    CardMessage,
    Delivery,
    Desk,
    DeskMessage,
    DigestMessage,
    DigestReason,
    FollowUpMessage,
    Message,
    MutedReport,
    NoticeMessage,
    Reason,
    UnansweredMessage,
    VanishedMessage,
    Verdict,
)
from monitor.model.delivered import (
    EDIT_EVERY,
    Attempt,
    DeliveryState,
    EditAttempt,
    EditSettlement,
    EditState,
    Folded,
    Progress,
    Settlement,
)
from monitor.model.desk import (
    Assignment,
    DeskAct,
    DeskCard,
    DeskDone,
    HeldBack,
    Mute,
    MutedItem,
    MuteScope,
    Person,
    RuleWeek,
)
from monitor.model.durations import duration, in_words
from monitor.model.edited import EditKind, StoryDelivery, StoryDetails, StoryEdit, StoryReport, StorySummary
from monitor.model.history import (
    AttemptHistory,
    DeliveryHistory,
    FoundItem,
    ItemHistory,
    ItemRevision,
    RevisionHistory,
    VerdictHistory,
)
from monitor.model.judged import Absent, Batch, Context, Lookup, Observation
from monitor.model.linked import (
    COMMON_KEY,
    MOST_CANDIDATES,
    NEWEST_OF_A_KEY,
    Card,
    Link,
    Member,
    Report,
    Story,
    Told,
    UnansweredStory,
    VanishedItem,
)
from monitor.model.located import Place, PlaceKind, PlaceMention
from monitor.model.matched import Evidence, Field, How, Match, Role, Unsure
from monitor.model.profile import Profile, script_of_key, squares
from monitor.model.rated import Cause, RatedItem, Rating
from monitor.model.vitals import VitalSigns

__all__ = [
    "COMMON_KEY",
    "EDIT_EVERY",
    "MOST_CANDIDATES",
    "NEWEST_OF_A_KEY",
    "Absent",
    "Action",
    "Alert",
    "Assignment",
    "Attempt",
    "AttemptHistory",
    "Batch",
    "Bound",
    "Card",
    "CardChange",
    "CardMessage",
    "Cause",
    "Claim",
    "ClaimKind",
    "ConfigFile",
    "Context",
    "Delivery",
    "DeliveryHistory",
    "DeliveryState",
    "Desk",
    "DeskAct",
    "DeskCard",
    "DeskDone",
    "DeskMessage",
    "DigestMessage",
    "DigestReason",
    "EditAttempt",
    "EditKind",
    "EditSettlement",
    "EditState",
    "Entry",
    "Evidence",
    "Failed",
    "FailureClass",
    "Feed",
    "FeedKeys",
    "FeedKind",
    "FeedState",
    "Fetched",
    "Field",
    "Folded",
    "FollowUpMessage",
    "FollowUps",
    "FoundItem",
    "Gist",
    "HeldBack",
    "How",
    "Identity",
    "Item",
    "ItemHistory",
    "ItemRevision",
    "Judgement",
    "KeyUse",
    "KnownItem",
    "Link",
    "Lookup",
    "Match",
    "Member",
    "Message",
    "Mute",
    "MuteScope",
    "MutedItem",
    "MutedReport",
    "NotModified",
    "NoticeMessage",
    "Observation",
    "OnUnknown",
    "Parsed",
    "Person",
    "Place",
    "PlaceKind",
    "PlaceMention",
    "PollStatus",
    "Profile",
    "Progress",
    "QuietHours",
    "RatedItem",
    "Rating",
    "Reaction",
    "Reason",
    "Report",
    "RevisionHistory",
    "Role",
    "Route",
    "Routes",
    "RuleWeek",
    "Settlement",
    "Severity",
    "Statement",
    "Story",
    "StoryDelivery",
    "StoryDetails",
    "StoryEdit",
    "StoryFacts",
    "StoryReport",
    "StorySummary",
    "Told",
    "Toll",
    "TollKind",
    "UnansweredMessage",
    "UnansweredStory",
    "Unsure",
    "VanishedItem",
    "VanishedMessage",
    "Verdict",
    "VerdictHistory",
    "VitalSigns",
    "duration",
    "in_words",
    "script_of_key",
    "squares",
]
