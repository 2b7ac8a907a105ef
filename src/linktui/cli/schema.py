"""The shape of everything that `--json` prints, as JSON Schema (2020-12)."""

from __future__ import annotations

from enum import StrEnum

from linktui.model.change import ChangeState
from linktui.model.finding import Ill
from linktui.model.happening import ErrandState, Event
from linktui.model.link import LinkKind, LinkState
from linktui.model.plan import PlanState
from linktui.model.saving import Saving
from linktui.model.transfer import TransferState

Schema = dict[str, object]

_TEXT: Schema = {"type": "string"}
_NULLABLE_TEXT: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_NULLABLE_COUNT: Schema = {"type": ["integer", "null"], "minimum": 0}
_MAP: Schema = {"type": "object", "additionalProperties": _TEXT}
_PATTERN = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
_MOMENT: Schema = {"type": "string", "pattern": _PATTERN}
_NULLABLE_MOMENT: Schema = {"type": ["string", "null"], "pattern": _PATTERN}


def _one_of(values: type[StrEnum]) -> Schema:
    return {"type": "string", "enum": [value.value for value in values]}


def _object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _more(of: Schema, **properties: Schema) -> Schema:
    """Return the schema of a thing that has some properties more."""
    before = of["properties"]
    assert isinstance(before, dict)
    return _object(**before, **properties)


LINK = _object(
    id=_TEXT,
    account=_TEXT,
    provider=_TEXT,
    kind=_one_of(LinkKind),
    state=_one_of(LinkState),
    name=_TEXT,
    url={"type": "string", "description": "Whoever has it can use it: treat it as a secret."},
    created_at=_MOMENT,
    expires_at=_NULLABLE_MOMENT | {"description": "null: never"},
    revoked_at=_NULLABLE_MOMENT,
    gone_at=_NULLABLE_MOMENT | {"description": "when it was found to be no longer at its service"},
    downloads=_NULLABLE_COUNT | {"description": "completed ones; null where nobody counts them"},
    download_limit=_NULLABLE_COUNT,
    has_password={"type": "boolean"},
    files={
        "type": "array",
        "items": _object(id=_TEXT, name=_TEXT, size=_NULLABLE_COUNT, media_type=_TEXT, caption=_TEXT),
    },
    metadata=_MAP,
    options=_MAP | {"description": "what only this service has, by key"},
    facts=_MAP | {"description": "what else the service tells, by title"},
)
ENDING = _more(
    LINK,
    seconds_left=_COUNT,
    saving=_one_of(Saving) | {"description": "until when its address can be kept good by a later end"},
    final_at=_NULLABLE_MOMENT | {"description": "the last moment for that; null: it can be revived"},
)
THEME = _object(
    name=_TEXT,
    background=_TEXT | {"description": "dark, light, the terminal's own colours, or what is wrong with it"},
    origin={"type": "string", "enum": ["linktui", "you"]},
    used=_TEXT | {"description": "when the screens take it; empty: not"},
    path=_TEXT,
)
FILTER = _object(name=_TEXT, filter=_TEXT | {"description": "as `links list --filter` takes it"})
FILE = _object(
    id=_TEXT,
    account=_TEXT,
    name=_TEXT,
    folder=_TEXT | {"description": "such as reports/2026/; empty at the top, and where there are none"},
    size=_NULLABLE_COUNT | {"description": "null where the service does not tell"},
    media_type=_TEXT,
    sha256=_TEXT | {"description": "lower-case hex; empty where the service does not tell"},
    created_at=_MOMENT,
    link_count=_COUNT | {"description": "links that hold it, ended ones too"},
    from_link=_NULLABLE_TEXT | {"description": "the upload link it came in through"},
    expires_at=_NULLABLE_MOMENT | {"description": "when the service removes it; null: never, or not told"},
    linkable={"type": "boolean"},
    facts=_MAP | {"description": "what else the service tells, by title"},
)
FOLDER = _object(
    folders={"type": "array", "items": _TEXT, "description": "paths, each with a slash at its end"},
    files={"type": "array", "items": FILE},
)
VERSION = _object(
    id=_TEXT,
    created_at=_MOMENT,
    size=_NULLABLE_COUNT | {"description": "null for a deletion"},
    is_newest={"type": "boolean"},
    is_deletion={"type": "boolean"},
)
UPLOAD = _object(
    id=_TEXT,
    account=_TEXT,
    name=_TEXT,
    path=_TEXT,
    state=_one_of(TransferState),
    size=_COUNT,
    confirmed=_COUNT | {"description": "bytes that the service has on disk"},
    sent=_COUNT,
    rate=_COUNT | {"description": "bytes a second"},
    attempts=_COUNT,
    next_at=_NULLABLE_MOMENT,
    error=_NULLABLE_TEXT,
    file_id=_NULLABLE_TEXT,
    link_id=_NULLABLE_TEXT,
    url=_NULLABLE_TEXT,
    created_at=_MOMENT,
    finished_at=_NULLABLE_MOMENT,
)
DOWNLOAD = _object(
    id=_TEXT,
    at=_MOMENT,
    state={"type": "string", "enum": ["running", "complete", "partial"]},
    size=_COUNT,
    file_id=_NULLABLE_TEXT | {"description": "null: all files as one ZIP"},
    agent=_TEXT,
    address=_TEXT,
)
DAEMON = _object(
    pid=_NULLABLE_COUNT | {"description": "null: none is running"},
    address=_NULLABLE_TEXT,
    since=_NULLABLE_MOMENT,
    heartbeat=_NULLABLE_MOMENT,
    transfers={"type": "array", "items": UPLOAD},
)
FINDING = _object(
    subject=_TEXT,
    verdict={"type": "string", "enum": ["ok", "warn", "fail"]},
    sentence=_TEXT,
)
ILL = _object(
    found=_one_of(Ill),
    link=_TEXT,
    account=_TEXT,
    name=_TEXT,
    detail=_TEXT | {"description": "what was seen"},
    change=_NULLABLE_TEXT | {"description": "what would mend it; null: no change does"},
    reason=_TEXT | {"description": "why the service cannot make that change"},
    advised={"type": "boolean", "description": "whether `--plan` takes it in by itself"},
)
ACCOUNT = _object(
    name=_TEXT,
    provider=_TEXT,
    title=_TEXT,
    is_default={"type": "boolean"},
    live={"type": "boolean"},
    read_only={"type": "boolean"},
    who=_TEXT | {"description": "by the service's own word, when it was last asked"},
    version=_TEXT,
    base_url=_TEXT,
    secret=_TEXT | {"description": "where it is kept, never the secret itself"},
    settings=_MAP,
    missing=_MAP | {"description": "what it cannot do, each with the reason"},
    facts=_MAP,
)
CALL = _object(
    at=_MOMENT,
    account=_TEXT,
    method=_TEXT,
    path=_TEXT,
    seconds={"type": "number", "minimum": 0},
    status=_NULLABLE_COUNT | {"description": "null: no answer came"},
    request_id=_TEXT,
    error=_TEXT,
)
REQUEST = _object(
    method=_TEXT,
    url=_TEXT,
    headers={"type": "array", "items": {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2}},
    body=_TEXT,
)
CHANGE = _object(
    id=_COUNT,
    plan=_NULLABLE_COUNT | {"description": "the number of its plan; null for what is no change of a link"},
    at=_MOMENT | {"description": "when it was wanted, or begun once it was"},
    account=_TEXT,
    verb=_TEXT
    | {"description": "create, update, expire, revoke, delete, move; in the history of a file more"},
    link=_NULLABLE_TEXT | {"description": "the id of the link, or file; null while a new one has none"},
    name=_TEXT,
    state=_one_of(ChangeState),
    error=_TEXT | {"description": "why it cannot be done, or was not"},
    final={"type": "boolean", "description": "whether nothing can undo it"},
    calls=_COUNT,
    renewable={"type": "boolean", "description": "whether a new link could stand in for it"},
    became=_NULLABLE_TEXT | {"description": "the id of the new link that a move made"},
    differences={"type": "array", "items": _object(field=_TEXT, before=_TEXT, after=_TEXT)},
)
_NUMBERS: Schema = {"type": "object", "additionalProperties": _COUNT}
_PLAN_HEAD: dict[str, Schema] = {
    "id": _COUNT,
    "title": _TEXT,
    "state": _one_of(PlanState),
    "at": _MOMENT,
    "began_at": _NULLABLE_MOMENT,
    "ended_at": _NULLABLE_MOMENT,
    "hold_until": _NULLABLE_MOMENT | {"description": "before then nothing is sent that cannot be undone"},
    "trouble": _TEXT | {"description": "why it paused by itself"},
    "undo_of": _NULLABLE_COUNT | {"description": "the plan that this one takes back"},
    "undone_by": _NULLABLE_COUNT,
    "counts": _NUMBERS | {"description": "how many of its changes stand where, by their state"},
}
PLAN = _object(
    **_PLAN_HEAD,
    verbs=_NUMBERS | {"description": "how many changes of each kind can be made"},
    cannot=_COUNT,
    renewable=_COUNT,
    final=_COUNT,
    live_ends=_COUNT | {"description": "links of live accounts that it ends"},
    accounts={
        "type": "array",
        "items": _object(
            account=_TEXT, changes=_COUNT, calls=_COUNT, seconds={"type": "number", "minimum": 0}
        ),
    },
    changes={"type": ["array", "null"], "items": CHANGE, "description": "null in a list of plans"},
)
TRIAL = _object(
    check=_TEXT,
    verdict={"type": "string", "enum": ["ok", "lacking", "failed"]},
    detail=_TEXT | {"description": "why it is lacking, or how it failed"},
)
_TEXTS: Schema = {"type": "array", "items": _TEXT}
HOOK = _object(
    name=_TEXT,
    on=_TEXTS | {"description": "the events"},
    before=_TEXTS | {"description": "how long before a link's end, for link.expiring"},
    run=_TEXT,
    timeout=_TEXT,
    latest={"enum": [*(state.value for state in ErrandState), None], "description": "null: not run yet"},
)
ERRAND = _object(
    at=_MOMENT,
    hook=_TEXT,
    event=_one_of(Event),
    account=_NULLABLE_TEXT,
    subject=_TEXT | {"description": "the id of the link or upload, or the number of the plan"},
    state=_one_of(ErrandState),
    ended_at=_NULLABLE_MOMENT,
    trouble=_TEXT | {"description": "why it failed, without any address"},
)
_GONE = _object(id=_TEXT, account=_TEXT) | {"description": "not there any more when the hook was run"}
EVENT: Schema = {
    "description": "what a hook is given on its stdin",
    "type": "object",
    "properties": {
        "event": _one_of(Event),
        "at": _MOMENT | {"description": "when it was found"},
        "before": _TEXT | {"description": "of link.expiring: which of the hook's own"},
        "downloaded": _COUNT | {"description": "of link.downloaded: how many came"},
        "link": {"anyOf": [LINK, _GONE]},
        "upload": {"anyOf": [UPLOAD, _GONE]},
        "plan": {"anyOf": [_object(**_PLAN_HEAD), _GONE]},
    },
    "required": ["event", "at"],
    "additionalProperties": False,
}
KEY = _object(
    screen=_TEXT | {"description": "where it holds: a screen, everywhere, list, or a kind of dialog"},
    id=_TEXT | {"description": "what [keys] and the palette call it"},
    keys={"type": "array", "items": _TEXT},
    title=_TEXT,
    help=_TEXT,
    takes=_TEXT | {"description": "what may be written after it in the palette"},
    changed={"type": "boolean", "description": "whether the configuration gave it these keys"},
)
SCHEMAS: dict[str, Schema] = {
    "links": LINK,
    "findings": ILL,
    "expiring": ENDING,
    "filters": FILTER,
    "themes": THEME,
    "keys": KEY,
    "files": FILE,
    "folder": FOLDER,
    "versions": VERSION,
    "uploads": UPLOAD,
    "downloads": DOWNLOAD,
    "plans": PLAN,
    "changes": CHANGE,
    "daemon": DAEMON,
    "doctor": FINDING,
    "accounts": ACCOUNT,
    "calls": CALL,
    "requests": REQUEST,
    "conformance": TRIAL,
    "hooks": HOOK,
    "errands": ERRAND,
    "events": EVENT,
}


def names_of(name: str) -> list[str]:
    """Return the field names of one thing, in their order."""
    properties = SCHEMAS[name]["properties"]
    assert isinstance(properties, dict)
    return list(properties)


def document(name: str) -> Schema:
    """Return the schema of one thing of that name; a list prints one array of them."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": name, **SCHEMAS[name]}
