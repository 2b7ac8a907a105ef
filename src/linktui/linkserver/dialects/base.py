"""What the dialects have in common: each is a service's API, spoken over the link server's own store.

A dialect is a Starlette application of its own below /dialects/NAME, with its own secret and its own
namespace of objects: `objects.py` keeps what the catalogue lacks, `sharing.py` makes links, `auth.py`
reads the credentials, `forms.py` the forms, `faults.py` tells what is wrong with them, `rates.py` counts
requests, and `registry.py` mounts every dialect.
"""

from __future__ import annotations

import asyncio
import secrets
import string
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

import apsw
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linktui.linkserver.access import Access, Locked
from linktui.linkserver.catalog import links
from linktui.linkserver.catalog.rows import FileRow
from linktui.linkserver.context import Context
from linktui.linkserver.delivery import Delivery
from linktui.linkserver.dialects.liquidfiles.appliance import Appliance
from linktui.linkserver.distant import at_home
from linktui.linkserver.errors import Disconnected, Gone, Refusal
from linktui.linkserver.intake import take_whole
from linktui.linkserver.limits import PIECE
from linktui.linkserver.names import clean_name
from linktui.model.errors import StorageError
from linktui.storage.damage import named

T = TypeVar("T")

ALPHANUMERIC = string.digits + string.ascii_letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialects:
    """How the dialects are spoken."""

    apart: bool = False
    """Whether what they keep is apart from the owner's files and links, in a catalogue of its own."""
    rates: bool = False
    """Whether the services' limits of requests a second hold."""
    liquidfiles: Appliance = field(default_factory=Appliance)
    """The appliance that LiquidFiles' API is that of."""


class Dialect(ABC):
    """One service's API; a subclass has the routes, the credentials and the words for what goes wrong."""

    name: ClassVar[str]
    """Also the last part of the path, /dialects/NAME, and the namespace of its objects."""

    def __init__(self, context: Context, *, secret: str, settings: Dialects) -> None:
        self.context = context
        self.secret = secret
        self.settings = settings
        self.base_url = f"{context.public_url}/dialects/{self.name}"
        self.database = context.store.database
        self.access = Access(context, look_up=at_home(context.store))
        self.delivery = Delivery(context)

    @staticmethod
    @abstractmethod
    def new_secret() -> str:
        """Return fresh credentials in the service's own form, one line of ASCII."""

    @staticmethod
    def credentials(secret: str) -> dict[str, str]:
        """Return what to tell a client: `secret`, and `username` where the service has one."""
        return {"secret": secret}

    @abstractmethod
    def routes(self) -> list[Route]:
        """Return the routes, with paths as the service has them."""

    @abstractmethod
    def refuse(self, request: Request, refusal: Refusal) -> Response:
        """Return the service's answer for what goes wrong, its own refusals and the store's."""

    def headers(self) -> Mapping[str, str]:
        """Return what stands in the head of every answer that does not say it itself."""
        return {}

    def app(self) -> Starlette:
        """Return the application to mount."""
        errors = dict.fromkeys((Refusal, Disconnected, StorageError, HTTPException), self._on_error)
        app = Starlette(
            routes=self.routes(),
            middleware=[Middleware(_Stamp, dialect=self)],
            exception_handlers=errors,
        )
        app.router.redirect_slashes = False
        return app

    async def _on_error(self, request: Request, error: Exception) -> Response:
        return self.refuse(request, _as_refusal(error))

    def look(self, act: Callable[[apsw.Connection], T]) -> T:
        """Return what `act` reads, all of it from one moment of the catalogue."""
        with named(self.database.path), self.database.read:
            found = act(self.database.read)
        return found  # noqa: RET504 - to mypy this `with` could swallow an error

    async def keep(self, upload: UploadFile | bytes, *, name: str) -> FileRow:
        """Store the bytes as a file of the catalogue, under the basename of `name`."""
        size = len(upload) if isinstance(upload, bytes) else upload.size
        pieces = _pieces_of(upload)
        return await take_whole(self.context.store, pieces, name=clean_name(name), announced=size)

    async def give(self, request: Request, link_id: str, *, inline: bool = False) -> Response:
        """Return the bytes of a link's one file to a stranger; raises Gone unless the link is active.

        Raises a 401 Refusal where the owner has given the link a password meanwhile.
        """
        try:
            link = links.get(self.database.read, link_id)
        except Refusal as error:
            raise Gone from error
        if link.state(self.context.now()) != "active" or not link.files:
            raise Gone
        if not await self.access.admitted(request, link):
            raise Locked
        return await self.delivery.file(request, link.files[0].file, link=link, inline=inline)


def random_text(length: int, alphabet: str = ALPHANUMERIC) -> str:
    """Return random characters, as the services make their ids of."""
    return "".join(secrets.choice(alphabet) for _ in range(length))


class _Stamp:
    """Puts the dialect's headers on every answer, errors included."""

    def __init__(self, app: ASGIApp, dialect: Dialect) -> None:
        self._app = app
        self._dialect = dialect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name.lower() for name, _ in message["headers"]}
                more = [
                    (name.lower().encode(), value.encode("latin-1"))
                    for name, value in self._dialect.headers().items()
                ]
                message["headers"] = [*message["headers"], *(pair for pair in more if pair[0] not in said)]
            await send(message)

        await self._app(scope, receive, stamped)


def _as_refusal(error: Exception) -> Refusal:
    match error:
        case Refusal():
            return error
        case HTTPException():
            codes = {404: "not_found", 405: "method_not_allowed"}
            code = codes.get(error.status_code, "refused")
            return Refusal(error.status_code, code, f"{error.detail}.", headers=error.headers)
        case Disconnected():
            return Refusal(408, "body_incomplete", "The body did not come in time.")
        case _:
            return Refusal(503, "storage_failed", "The disk cannot be written.")


async def _pieces_of(upload: UploadFile | bytes) -> AsyncIterator[bytes]:
    if isinstance(upload, bytes):
        yield upload
        return
    # A big form waits in a temporary file, which may block.
    while piece := await asyncio.to_thread(upload.file.read, PIECE):
        yield piece
