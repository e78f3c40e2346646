"""The description of the API as OpenAPI 3.1, made from the endpoints and the classes of what they take and give."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from monitor.console.api import endpoints  # noqa: F401 - its functions are the endpoints
from monitor.console.api.endpoint import ENDPOINTS, KEY, LONGEST_KEY, PREFIX, Endpoint
from monitor.console.api.problems import MEDIA_TYPE
from monitor.console.api.service_shapes import Problem
from monitor.console.refusals import ERRORS, OF_API

Json = dict[str, Any]
VERSION = "1.0"
_REF = "#/components/schemas/{model}"
_ALWAYS = (400, 401, 403, 413, 414, 421, 429, 500, 503)


class _Plain(GenerateJsonSchema):
    """Without a title for each field: their names are as good."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the base's signature
        return False


def description() -> Json:
    """The whole document, the same at each call."""
    asked: list[tuple[type, JsonSchemaMode, TypeAdapter[Any]]] = [
        (Problem, "serialization", TypeAdapter(Problem)),
    ]
    for one in ENDPOINTS:
        asked.append((one.gives, "serialization", TypeAdapter(one.gives)))
        if one.takes is not None:
            asked.append((one.takes, "validation", TypeAdapter(one.takes)))
    kept = {(kind, mode): (kind, mode, adapter) for kind, mode, adapter in asked}
    schemas, definitions = TypeAdapter.json_schemas(kept.values(), ref_template=_REF, schema_generator=_Plain)
    paths: dict[str, Json] = {}
    for one in ENDPOINTS:
        paths.setdefault(PREFIX + one.path, {})[one.method.lower()] = _operation(one, schemas, definitions["$defs"])
    # Classes of queries are described as parameters, and nothing else refers to them.
    queries = {one.takes.__name__ for one in ENDPOINTS if one.method == "GET" and one.takes is not None}
    shown = {name: schema for name, schema in sorted(definitions["$defs"].items()) if name not in queries}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Wirewatch",
            "version": VERSION,
            "description": "What Wirewatch knows, and what people do with it. Names are only ever added to.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": shown,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {str(status): _problem(words) for status, words in sorted((ERRORS | OF_API).items())},
        },
        "security": [{"token": []}],
    }


def _operation(one: Endpoint, schemas: Any, definitions: Json) -> Json:
    made: Json = {"operationId": one.name, "summary": one.summary}
    made["description"] = f"{one.details} Scope: `{one.scope}`.".strip()
    parameters: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in one.names
    ]
    if one.keyed:
        text = "A second call with the same key does nothing. Without a key, each call is a new one."
        schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": r"^[!-~]+$"}
        parameters.append({"name": KEY, "in": "header", "description": text, "schema": schema})
    if one.takes is not None and one.method == "GET":
        for name, schema in definitions[one.takes.__name__]["properties"].items():
            shown = {key: value for key, value in schema.items() if key != "description"}
            parameters.append(
                {"name": name, "in": "query", "schema": shown, "description": schema.get("description", "")}
            )
    if parameters:
        made["parameters"] = parameters
    if one.method == "POST" and one.takes is not None:
        content = {"application/json": {"schema": schemas[one.takes, "validation"]}}
        made["requestBody"] = {"required": True, "content": content}
    good = {"application/json": {"schema": schemas[one.gives, "serialization"]}}
    answers: Json = {"200": {"description": "Done.", "content": good}}
    statuses = {*_ALWAYS, *one.fails, *([415, 408] if one.method == "POST" else [])}
    answers |= {
        str(status): _problem(one.fails[status])
        if status in one.fails
        else {"$ref": f"#/components/responses/{status}"}
        for status in sorted(statuses)
    }
    made["responses"] = answers
    return made


def _problem(words: str) -> Json:
    return {"description": words, "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}}}
