"""The OpenAPI document of the owner's API, also for every error it gives."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from linktui import __version__
from linktui.linkserver.bodies import LinkCreate, LinkPatch, Parcel
from linktui.linkserver.limits import MAX_PAGE

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_FLAG: Schema = {"type": "boolean"}
_REASONS = {
    200: "Done",
    201: "Made",
    204: "Done",
    206: "A part",
    304: "Not modified",
    400: "The request cannot be understood",
    401: "The token is missing or wrong",
    404: "There is no such thing",
    408: "The body did not come in time",
    409: "The state of things does not allow it",
    410: "It is gone",
    412: "It was changed meanwhile",
    413: "The body is too large",
    415: "The body is of another type",
    416: "There are no such bytes",
    422: "A value cannot be used",
    460: "The bytes are not what was announced",
    503: "The disk cannot be written",
    507: "The disk is full",
}
_READ = (400, 401, 404, 422)
_WRITE = (400, 401, 404, 408, 409, 413, 422, 503, 507)
_TUS = (400, 401, 404, 408, 409, 410, 412, 413, 415, 460, 503, 507)


@functools.cache
def document() -> Schema:
    """Return the document; making it takes as long as all else of a server's start, and few ask for it."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "linktui link server", "version": __version__},
        "paths": _public_paths() | _file_paths() | _link_paths() | _tus_paths(),
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _public_paths() -> Schema:
    health = _object(ok=_FLAG, version=_TEXT, time=_MOMENT)
    return {
        "/api/health": {"get": _operation("health", {200: health}, open_to_all=True)},
        "/api/openapi.json": {"get": _operation("openapi", {200: {"type": "object"}}, open_to_all=True)},
    }


def _file_paths() -> Schema:
    file_id = [_in_path("file_id")]
    listing = [*_paging(), _in_query("q", {"type": "string", "maxLength": 255})]
    name = _in_query("name", {"type": "string", "minLength": 1, "maxLength": 255}, required=True)
    raw = {"required": True, "content": {"application/octet-stream": {"schema": {}}}}
    force = _in_query("force", {"type": "string", "enum": ["true", "false"]})
    ranged = [*file_id, _in_header("Range"), _in_header("If-None-Match"), _in_header("If-Range")]
    return {
        "/api/files": {
            "get": _operation("listFiles", {200: _list("File")}, _READ, listing),
            "post": _operation(
                "createFile", {200: _ref("File"), 201: _ref("File")}, _WRITE, [name, _key()], raw
            ),
        },
        "/api/files/{file_id}": {
            "get": _operation("getFile", {200: _ref("File")}, _READ, file_id),
            "delete": _operation("deleteFile", {204: None}, _WRITE, [*file_id, force]),
        },
        "/api/files/{file_id}/content": {"get": _content(ranged)},
        "/api/parcels": {
            "post": _operation("takeParcel", {201: _ref("Taken")}, (*_WRITE, 460), body=_parcel())
        },
        "/api/parcels/{key}": {"delete": _operation("takeBack", {204: None}, _WRITE, [_in_path("key")])},
    }


def _parcel() -> Schema:
    """Return the body of a parcel, which JSON Schema has no word for: a line of JSON, then bytes."""
    told = "One line of JSON as in components/schemas/Parcel, then the bytes of its files in their order."
    return {
        "required": True,
        "description": told,
        "content": {"application/octet-stream": {"schema": {}}},
    }


def _content(parameters: list[Schema]) -> Schema:
    operation = _operation("fileContent", {304: None}, (400, 401, 404, 412, 416), parameters)
    for status in ("200", "206"):
        operation["responses"][status] = {
            "description": _REASONS[int(status)],
            "content": {"*/*": {"schema": {}}},
        }
    return operation


def _link_paths() -> Schema:
    link_id = [_in_path("link_id")]
    return {
        "/api/links": {
            "get": _operation("listLinks", {200: _list("Link")}, _READ, _link_filters()),
            "post": _operation(
                "createLink", {200: _ref("Link"), 201: _ref("Link")}, _WRITE, [_key()], _body("LinkCreate")
            ),
        },
        "/api/links/{link_id}": {
            "get": _operation("getLink", {200: _ref("Link")}, _READ, link_id),
            "patch": _operation(
                "updateLink",
                {200: _ref("Link")},
                (*_WRITE, 412),
                [*link_id, _in_header("If-Match")],
                _body("LinkPatch"),
            ),
            "delete": _operation("deleteLink", {204: None}, _WRITE, link_id),
        },
        "/api/links/{link_id}/revoke": {
            "post": _operation("revokeLink", {200: _ref("Link")}, _WRITE, link_id)
        },
        "/api/links/{link_id}/downloads": {
            "get": _operation("listDownloads", {200: _list("Download")}, _READ, [*link_id, *_paging()])
        },
        "/api/changes": {
            "get": _operation(
                "listChanges",
                {200: _ref("Changes")},
                _READ,
                [_in_query("since", _COUNT | {"maximum": 10**15}), _paging()[0]],
            )
        },
    }


def _link_filters() -> list[Schema]:
    moments = ("created_after", "created_before", "expires_after", "expires_before")
    texts = ("file", "q")
    enums = {
        "sort": ["created_at", "expires_at"],
        "kind": ["view", "download", "upload"],
        "state": ["active", "expired", "exhausted", "revoked"],
    }
    return [
        *_paging(),
        *(_in_query(name, {"type": "string", "enum": words}) for name, words in enums.items()),
        *(_in_query(name, {"type": "string", "maxLength": 255}) for name in texts),
        *(_in_query(name, _MOMENT) for name in moments),
    ]


def _tus_paths() -> Schema:
    version = _in_header("Tus-Resumable", required=True)
    upload_id = [_in_path("upload_id"), version]
    bytes_body = {"required": True, "content": {"application/offset+octet-stream": {"schema": {}}}}
    offset, checksum = _in_header("Upload-Offset", required=True), _in_header("Upload-Checksum")
    length, pairs = _in_header("Upload-Length", required=True), _in_header("Upload-Metadata")
    return {
        "/api/tus": {
            "options": _operation("tusOptions", {204: None}, (401,)),
            "post": _operation("tusCreate", {201: None}, _TUS, [version, length, pairs, checksum, _key()]),
        },
        "/api/tus/{upload_id}": {
            "head": _operation("tusHead", {200: None}, _TUS, upload_id),
            "patch": _operation("tusPatch", {204: None}, _TUS, [*upload_id, offset, checksum], bytes_body),
            "delete": _operation("tusDelete", {204: None}, _TUS, upload_id),
        },
    }


def _schemas() -> Schema:
    linked = _object(id=_TEXT, name=_TEXT, size=_COUNT, media_type=_TEXT, caption=_TEXT)
    error = _object(code=_TEXT, message=_TEXT)
    error["properties"] |= {"field": _TEXT, "links": _array(_TEXT)}
    return {
        "File": _object(
            id=_TEXT,
            name=_TEXT,
            size=_COUNT,
            media_type=_TEXT,
            sha256={"type": "string", "pattern": "^[0-9a-f]{64}$"},
            created_at=_MOMENT,
            link_count=_COUNT,
            from_link=_or_null(_TEXT),
        ),
        "Link": _object(
            id=_TEXT,
            kind={"enum": ["view", "download", "upload"]},
            name=_TEXT,
            slug=_TEXT,
            url={"type": "string", "format": "uri"},
            state={"enum": ["active", "expired", "exhausted", "revoked"]},
            created_at=_MOMENT,
            updated_at=_MOMENT,
            expires_at=_or_null(_MOMENT),
            revoked_at=_or_null(_MOMENT),
            downloads=_COUNT,
            download_limit=_or_null(_COUNT),
            has_password=_FLAG,
            last_download_at=_or_null(_MOMENT),
            files=_array(linked),
            metadata={"type": "object", "additionalProperties": _TEXT},
            revision=_COUNT,
        ),
        "Download": _object(
            id=_COUNT,
            at=_MOMENT,
            finished_at=_or_null(_MOMENT),
            state={"enum": ["running", "complete", "partial"]},
            bytes=_COUNT,
            file_id=_or_null(_TEXT),
            agent=_TEXT,
            address=_TEXT,
        ),
        "Changes": _object(
            data=_array(_object(revision=_COUNT, id=_TEXT, deleted=_FLAG, link=_or_null(_ref("Link")))),
            next_since=_COUNT,
            more=_FLAG,
        ),
        "Taken": _object(data=_array(_object(file=_ref("File"), link=_or_null(_ref("Link"))))),
        "Error": _object(error=error),
        **_body_schemas(),
    }


def _body_schemas() -> Schema:
    schemas: Schema = {}
    for shape in (LinkCreate, LinkPatch, Parcel):
        schema = shape.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {})
        schemas[shape.__name__] = schema
    return schemas


def _operation(
    name: str,
    done: dict[int, Schema | None],
    errors: Iterable[int] = (),
    parameters: list[Schema] | None = None,
    body: Schema | None = None,
    *,
    open_to_all: bool = False,
) -> Schema:
    responses = {str(status): _response(status, schema) for status, schema in done.items()}
    head = name == "tusHead"
    for status in errors:
        responses[str(status)] = _response(status, None if head else _ref("Error"))
    operation: Schema = {"operationId": name, "responses": responses, "parameters": parameters or []}
    if body is not None:
        operation["requestBody"] = body
    operation["security"] = [] if open_to_all else [{"token": []}]
    return operation


def _response(status: int, schema: Schema | None) -> Schema:
    response: Schema = {"description": _REASONS[status]}
    if schema is not None:
        response["content"] = {"application/json": {"schema": schema}}
    return response


def _object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(name: str) -> Schema:
    return _object(data=_array(_ref(name)), next_cursor=_or_null(_TEXT))


def _body(name: str) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": _ref(name)}}}


def _in_path(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _in_query(name: str, schema: Schema, *, required: bool = False) -> Schema:
    return {"name": name, "in": "query", "required": required, "schema": schema}


def _in_header(name: str, *, required: bool = False) -> Schema:
    return {"name": name, "in": "header", "required": required, "schema": _TEXT}


def _key() -> Schema:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    }


def _paging() -> list[Schema]:
    most = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE}
    return [_in_query("limit", most), _in_query("cursor", {"type": "string", "maxLength": 50})]
