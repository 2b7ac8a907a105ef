"""The link server as an ASGI application."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import apsw
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linktui.linkserver.access import Access, Locked
from linktui.linkserver.api import Api
from linktui.linkserver.blobs import disk_failed
from linktui.linkserver.context import Context, Site
from linktui.linkserver.crowd import Crowd
from linktui.linkserver.delivery import Delivery
from linktui.linkserver.dialects.base import Dialects
from linktui.linkserver.distant import Keepers, Redirects, at_home, far_away, first_of
from linktui.linkserver.errors import Disconnected, Refusal
from linktui.linkserver.health import health_route
from linktui.linkserver.pages import Pages, wants_page
from linktui.linkserver.passwords import Passwords
from linktui.linkserver.public import Public
from linktui.linkserver.receive import Receive as ReceiveLinks
from linktui.linkserver.sender import NOBODY, Sender
from linktui.linkserver.store import Store, utc_now
from linktui.linkserver.throttle import Throttle
from linktui.linkserver.token import new_token
from linktui.linkserver.tus import Tus
from linktui.model.errors import StorageError
from linktui.model.wording import explain
from linktui.storage.damage import is_damage, storage_error

log = logging.getLogger("linktui.linkserver")


def create_app(
    store: Store,
    *,
    token: str,
    public_url: str,
    trusted_proxies: frozenset[str] = frozenset(),
    sender: Sender = NOBODY,
    dialects: Dialects | None = None,
    apart: Store | None = None,
    keepers: Keepers = tuple,
) -> Starlette:
    """Return the application that serves `store`; `app.state.context.stopping` ends what is under way.

    With `dialects` it speaks the other services' APIs too, below /dialects/NAME, over the store `apart` if
    there is one; `keepers` returns where further links are kept that it answers for.
    """
    context = Context(
        store=store,
        clock=store.clock,
        public_url=public_url.rstrip("/"),
        token=token,
        passwords=Passwords(),
        throttle=Throttle(store.clock),
        trusted_proxies=trusted_proxies,
        sender=sender,
    )
    delivery, tus, pages = Delivery(context), Tus(context), Pages(context)
    access = Access(context, look_up=first_of(at_home(store), far_away(keepers)))
    public = Public(context, access=access, giving=Redirects(delivery), pages=pages)
    receive = ReceiveLinks(context, access=access, public=public, tus=tus, pages=pages)
    api = Api(context, delivery=delivery, tus=tus)
    routes = [
        *api.routes(),
        *pages.routes(),
        *public.routes(),
        *receive.routes(),
        *_dialects(replace(context, store=apart or store), dialects, directory=store.database.path.parent),
    ]
    return _application(context, routes, _Errors(pages, catalogue=store.database.path))


def create_front(
    keepers: Keepers,
    *,
    public_url: str,
    trusted_proxies: frozenset[str] = frozenset(),
    sender: Sender = NOBODY,
    clock: Callable[[], datetime] = utc_now,
) -> Starlette:
    """Return the application that only answers for links kept elsewhere, and needs no disk.

    Any number of them may answer for the same links side by side.
    """
    site = Site(
        clock=clock,
        public_url=public_url.rstrip("/"),
        token=new_token(),
        passwords=Passwords(),
        throttle=Throttle(clock),
        trusted_proxies=trusted_proxies,
        sender=sender,
    )
    pages = Pages(site)
    access = Access(site, look_up=far_away(keepers))
    public = Public(site, access=access, giving=Redirects(), pages=pages)
    fronts = [Route(path, public.front, methods=["GET"]) for path in ("/l/{slug}", "/l/{slug}/")]
    return _application(
        site, [health_route(site), *pages.routes(), *public.routes(), *fronts], _Errors(pages)
    )


def _application(context: Site, routes: Sequence[BaseRoute], errors: _Errors) -> Starlette:
    app = Starlette(
        routes=routes,
        middleware=[Middleware(_Stamp), Middleware(_OneHost), Middleware(Crowd, context=context)],
        exception_handlers={
            Refusal: errors.refusal,
            Disconnected: errors.disconnected,
            StorageError: errors.storage,
            apsw.Error: errors.storage,
            OSError: errors.disk,
            EOFError: errors.disk,
            HTTPException: errors.http,
        },
    )
    app.router.redirect_slashes = False
    app.state.context = context
    return app


def _dialects(context: Context, settings: Dialects | None, *, directory: Path) -> list[Mount]:
    if settings is None:
        return []
    # Imported here: their shapes take a daemon that speaks none a noticeable part of its start.
    from linktui.linkserver.dialects.registry import mount

    return mount(context, settings, directory=directory)


class _Stamp:
    """Gives every answer an id that its reader can quote."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                if all(name != b"x-request-id" for name, _ in headers):  # a dialect may have given its own
                    headers.append((b"x-request-id", secrets.token_hex(8).encode()))
                message["headers"] = headers
            await send(message)

        await self._app(scope, receive, stamped)


class _OneHost:
    """Refuses HTTP/1.1 requests without exactly one Host (RFC 9112 section 3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("http_version") != "1.1" or _names_one_host(scope):
            await self._app(scope, receive, send)
            return
        answer = PlainTextResponse("A request names one Host.\n", 400, headers={"Connection": "close"})
        await answer(scope, receive, send)


def _names_one_host(scope: Scope) -> bool:
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return len(hosts) == 1 and hosts[0] != b""  # the web server makes an empty one of none


class _Errors:
    """Turns what went wrong into the answer that suits the one who asked."""

    def __init__(self, pages: Pages, *, catalogue: Path = Path()) -> None:
        self._pages = pages
        self._catalogue = catalogue
        self._damage_told = False

    async def refusal(self, request: Request, error: Exception) -> Response:
        """Answer in HTML to browsers, in JSON to the API's clients, else in one line of text."""
        assert isinstance(error, Refusal)
        if isinstance(error, Locked) and error.link is not None and _is_browser(request):
            return self._pages.password(request, error.link)
        response = self._body(request, error)
        for name, value in error.headers.items():
            response.headers[name] = value
        return response

    def _body(self, request: Request, error: Refusal) -> Response:
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        if _is_browser(request):
            return self._pages.refusal(request, error)
        if request.url.path.startswith("/api/") or "application/json" in request.headers.get("accept", ""):
            return JSONResponse(error.body(), error.status, headers=headers)
        return PlainTextResponse(f"{error.message}\n", error.status, headers=headers)

    async def disconnected(self, request: Request, error: Exception) -> Response:
        """Answer whoever is still there to hear it."""
        too_slow = Refusal(
            408, "body_incomplete", "The body did not come in time.", headers={"Connection": "close"}
        )
        return await self.refusal(request, too_slow)

    async def storage(self, request: Request, error: Exception) -> Response:
        """Say that the catalogue cannot be used now; what was asked for can be asked for again."""
        known = storage_error(error, self._catalogue)
        if known is None:
            raise error
        if not is_damage(known):
            log.error("the catalogue cannot be written: %s", type(error).__name__)
        elif not self._damage_told:
            self._damage_told = True
            log.error("%s", explain(known))
        return await self.refusal(request, Refusal(503, "storage_failed", "The catalogue cannot be used."))

    async def disk(self, request: Request, error: Exception) -> Response:
        """Say that the disk failed, wherever it did, or lost a part of a file."""
        log.error("the disk failed: %s", type(error).__name__)
        return await self.refusal(request, disk_failed(error if isinstance(error, OSError) else OSError()))

    async def http(self, request: Request, error: Exception) -> Response:
        """Answer for paths and methods that are not there."""
        assert isinstance(error, HTTPException)
        codes = {404: "not_found", 405: "method_not_allowed"}
        return await self.refusal(
            request,
            Refusal(
                error.status_code,
                codes.get(error.status_code, "refused"),
                f"{error.detail}.",
                headers=error.headers,
            ),
        )


def _is_browser(request: Request) -> bool:
    asks_api = request.url.path.startswith("/api/") or "application/json" in request.headers.get("accept", "")
    return wants_page(request) and not asks_api
