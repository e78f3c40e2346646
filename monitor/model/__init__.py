"""The vocabulary of the project: the frozen types and enums the stages hand on to each other.

    Feed, FeedState -> collect.fetching -> Fetched | NotModified | Failed
    Fetched         -> collect.parsing  -> Parsed | Failed                Entry: the feed's words, untrusted
    Entry           -> collect.items    -> Item, Identity                 Item: ours, clean text and aware dates
    Item            -> match            -> Match with Evidence
    Item, Match     -> link.reading     -> Report                         what the text says, read once
    Report, Story   -> link.join        -> Link
    Report          -> link.claims      -> Claim
    Claim, Member   -> link.facts       -> StoryFacts                     what the story says by now
    all of these    -> decide           -> Verdict, Delivery
    Batch           -> storage, in ONE transaction
    Delivery        -> deliver.outbox   -> Attempt, Settlement

Times are aware UTC `datetime`s and named `*_at` (except `published`), durations `timedelta`. What the types can do is
plain arithmetic on themselves: add up, merge, show a change. Nothing here knows a clock, a network or a database.
docs/glossary.md has the words.
"""

from __future__ import annotations

from monitor.model.claimed import (
    EDITED,
    TOLLS,
    WITHDRAWN,
    Bound,
    Claim,
    ClaimKind,
    Gist,
    Reaction,
    Statement,
    StoryFacts,
    Toll,
    TollKind,
)
from monitor.model.collected import (
    BREAKS_OFF,
    KNOWN_TEXT,
    Entry,
    Failed,
    Fetched,
    Identity,
    Item,
    Judgement,
    KnownItem,
    NotModified,
    Parsed,
    SeenBefore,
)
from monitor.model.configured import (
    ANY_ROUTES,
    ConfigFile,
    Feed,
    FeedKind,
    FollowUps,
    OnUnknown,
    QuietHours,
    Route,
    Routes,
    RoutesNow,
    Severity,
    Webhook,
)
from monitor.model.decided import TOLD_ALONE, Action, Alert, DigestReason, Reason, Verdict
from monitor.model.delivered import (
    EDIT_EVERY,
    OPEN_STATES,
    WAITING_STATES,
    Attempt,
    DeliveryState,
    EditAttempt,
    EditSettlement,
    EditState,
    Folded,
    Progress,
    Refusal,
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
from monitor.model.groups import FailingFeed, FeedGroup, GroupChange, GroupsNow
from monitor.model.history import (
    AttemptHistory,
    DeliveryHistory,
    FoundItem,
    ItemHistory,
    ItemRevision,
    RevisionHistory,
    RuleMatch,
    VerdictHistory,
)
from monitor.model.judged import FEED_LIMIT, Absent, Batch, Context, Lookup, Observation
from monitor.model.linked import (
    COMMON_KEY,
    MOST_CANDIDATES,
    NEWEST_OF_A_KEY,
    Addition,
    Attack,
    Card,
    Link,
    Member,
    Report,
    Story,
    Told,
    UnansweredStory,
    VanishedItem,
)
from monitor.model.listed import (
    DismissedStory,
    FeedDay,
    ItemFilter,
    ListPlace,
    SentAlert,
    StoryFilter,
    StoryLine,
    ToldAlert,
    WaitingDelivery,
)
from monitor.model.located import Place, PlaceKind, PlaceMention
from monitor.model.matched import LIKE, Evidence, Field, How, Match, Role, Unsure, Vector
from monitor.model.messages import (
    MOMENT,
    NOTICE_HOLDS_FOR,
    CardChange,
    CardMessage,
    Delivery,
    Desk,
    DeskMessage,
    DigestMessage,
    FollowUpMessage,
    Message,
    MutedReport,
    NoticeMessage,
    Shown,
    UnansweredMessage,
    VanishedMessage,
)
from monitor.model.polled import (
    BY_OUR_SETTINGS,
    DateLag,
    FailureClass,
    FeedCourse,
    FeedHealth,
    FeedKeys,
    FeedRhythm,
    FeedState,
    FeedWishes,
    KeyUse,
    PollNote,
    PollReason,
    PollStatus,
)
from monitor.model.profile import Profile, script_of_key, squares
from monitor.model.pushed import Hub, PushState, Subscription
from monitor.model.rated import Cause, Dismissal, RatedItem, Rating
from monitor.model.silences import MatchedBefore, RuleHour, RuleHours, Silence
from monitor.model.vitals import (
    Beat,
    ChannelWait,
    FileChange,
    PastOutage,
    PollSigns,
    PruneReport,
    Room,
    SentNotice,
    Stored,
    Trouble,
    VitalSigns,
)
