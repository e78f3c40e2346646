"""Rule files and word files, format 1: their keys, as models that check them and as JSON Schemas for editors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from monitor.match.rule import ANY_LANGUAGE, LANGUAGES, Status, Where
from monitor.model import FeedKind, Unsure

FORMAT = 1
FROM = "from"
"""The key of a group that names word files."""


def _text_only(value: object) -> object:
    if isinstance(value, bool | int | float):
        raise ValueError(f"{value} is read as a number or yes/no; put it in quotes")  # noqa: TRY004 - pydantic's way
    return value


def _ways_only(value: object) -> object:
    if value != "sentence" and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise ValueError(f'"{value}" is neither a number of words nor "sentence"')
    return value


Text = Annotated[str, BeforeValidator(_text_only), Field(min_length=1)]
SeverityWord = Literal["low", "medium", "high", "critical"]

_TERMS = {"type": "array", "items": {"type": "string"}, "description": "Terms, one a line; see docs/rules.md."}
_LISTS = dict.fromkeys((*LANGUAGES, ANY_LANGUAGE), _TERMS)
_NAMES = {"type": "array", "items": {"type": "string"}, "description": "Word files of rules/words/ to take as well."}

WordLists = Annotated[
    dict[str, list[Any]],
    WithJsonSchema({"type": "object", "properties": _LISTS, "additionalProperties": False}),
]
"""Terms by language. They are read apart, so that each mistake in one has its own place."""

Group = Annotated[
    dict[str, list[Any]],
    WithJsonSchema({"type": "object", "properties": {FROM: _NAMES, **_LISTS}, "additionalProperties": False}),
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WayModel(_Model):
    """One way to meet the rule: words of all its groups, near enough together."""

    name: Text = Field(description="What was seen, in a few words; shown on the card.")
    all: tuple[Text, ...] = Field((), description="Each of these groups needs a hit.")
    any: tuple[Text, ...] = Field((), description="Of these groups, at_least so many need a hit.")
    at_least: Annotated[int, Field(ge=1)] = Field(1, description="How many groups of any; 1 unless told.")
    none: tuple[Text, ...] = Field((), description="No hit of these groups may stand within the same distance.")
    within: Annotated[
        int | Literal["sentence"] | None,
        BeforeValidator(_ways_only),
        WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"const": "sentence"}]}),
    ] = Field(None, description='At most so many other words between the hits, or "sentence".')
    where: Where = Field(Where.ANYWHERE, description="title, lead (title, summary, first 80 words), or anywhere.")
    severity: SeverityWord | None = Field(None, description="Instead of the rule's severity.")
    everything: bool = Field(default=False, description="Every item of the rule's feeds, whatever its words.")
    needs_opinion: bool = Field(
        default=False, description="Too broad to be trusted alone: holds only where the second opinion is sure."
    )


class PartModel(_Model):
    """One way to hit a group built from groups."""

    any: tuple[Text, ...] = Field((), description="A hit of any of these groups.")
    all: tuple[Text, ...] = Field((), description="One hit of each of these groups, near enough together.")
    within: Annotated[int, Field(ge=0, le=20)] | None = Field(
        None, description="At most so many other words between the hits of all."
    )


class ExampleModel(_Model):
    """One example; a bare text stands for its headline."""

    text: str = Field(description="The headline.")
    summary: str = ""
    body: str = ""
    way: Text | None = Field(None, description="The way it must match by.")
    severity: SeverityWord | None = Field(None, description="The severity it must have.")
    why: str = Field("", description="Why this is right, for the next editor.")
    should: Literal["match", "no_match"] | None = Field(None, description="What would be right for a known wrong one.")


def _example(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


Examples = tuple[
    Annotated[
        ExampleModel,
        BeforeValidator(_example, json_schema_input_type=str | ExampleModel),
    ],
    ...,
]


class ExamplesModel(_Model):
    """What the rule must match, must not, and is known to get wrong. `check` runs them."""

    match: Examples = ()
    no_match: Examples = ()
    known_wrong: Examples = ()


class RuleModel(_Model):
    """A rule of Wirewatch, format 1. docs/rules.md explains every key."""

    format: int = Field(description="The version of this format: 1.")
    id: Annotated[Text, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")] = Field(
        description="The name of the file without .yaml: a-z, 0-9 and -. It never changes."
    )
    title: Text = Field(description="What the rule is about, shown on cards.")
    owner: Text = Field("", description="Who answers for the rule.")
    status: Status = Field(Status.LIVE, description="off, test (recorded, not posted) or live.")
    severity: SeverityWord = Field("medium", description="low, medium, high or critical.")
    send_to: tuple[Text, ...] = Field((), description="Routes of routes.yaml; without, every route but ops.")
    unsure: Unsure = Field(
        Unsure.MARK,
        description="What becomes of an unsure match: alert as any other, mark it, or digest.",
    )
    mention: Literal["none", "here", "team"] = "none"
    group_by: Literal["story", "rule", "none"] = "story"
    max_per_hour: Annotated[int, Field(ge=1)] | None = None
    feeds: tuple[Text, ...] = Field((), description="Only items of these feeds (ids of feeds.yaml).")
    kinds: tuple[FeedKind, ...] = Field((), description="Only items of feeds of these kinds.")
    words: dict[str, Group] = Field({}, description="Groups of terms, by language; from: takes word files.")
    groups: dict[str, tuple[PartModel, ...]] = Field({}, description="Groups built from groups that stand before.")
    find: Annotated[tuple[WayModel, ...], Field(min_length=1)] = Field(description="The ways to meet the rule.")
    never: tuple[Text, ...] = Field((), description="A hit of these groups in the lead stops the rule.")
    ignore: WordLists = Field({}, description="Phrases; a word inside one of them does not count.")
    examples: ExamplesModel = ExamplesModel()


class WordsModel(_Model):
    """A word file of Wirewatch, format 1: terms that several rules take by its name."""

    format: int = Field(description="The version of this format: 1.")
    title: Text = Field(description="What the words have in common.")
    words: WordLists = Field(description="Terms, by language.")


SCHEMAS: dict[str, type[BaseModel]] = {"rule-v1.json": RuleModel, "words-v1.json": WordsModel}
"""The schema files of rules/schema/ and the models they are made from."""


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """A JSON Schema, draft 7, for editors: the YAML language server knows nothing newer.

    https://github.com/redhat-developer/yaml-language-server
    """
    schema = model.model_json_schema(mode="validation", ref_template="#/definitions/{model}")
    schema["definitions"] = schema.pop("$defs", {})
    return {"$schema": "http://json-schema.org/draft-07/schema#", **schema}
