"""LiquidFiles' API for attachments and FileLinks, as its documentation describes it, for one user.

Its paths have no prefix; the key comes as a bearer token (since 4.3), or as the user name of HTTP Basic.
Who does not accept JSON is taken for a browser and gets HTML: under /link/ID the page of the link.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from linktui.linkserver.context import Context
from linktui.linkserver.dialects import auth
from linktui.linkserver.dialects.base import Dialect, Dialects, random_text
from linktui.linkserver.dialects.liquidfiles import params
from linktui.linkserver.dialects.liquidfiles.attachments import Attachments
from linktui.linkserver.dialects.liquidfiles.call import Call
from linktui.linkserver.dialects.liquidfiles.errors import not_found, status_of, unauthorized
from linktui.linkserver.dialects.liquidfiles.links import Links
from linktui.linkserver.dialects.liquidfiles.pages import Pages
from linktui.linkserver.dialects.liquidfiles.public import Public
from linktui.linkserver.dialects.liquidfiles.shapes import NAME, USER_ID
from linktui.linkserver.dialects.liquidfiles.updates import Updates
from linktui.linkserver.dialects.objects import Fields
from linktui.linkserver.errors import Refusal

EMAIL = "user@liquidfiles.example"
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

Handler = Callable[[Call], Awaitable[Fields | Response]]
Page = Callable[[Request], Awaitable[Response]]


class LiquidFiles(Dialect):
    """One user of one appliance."""

    name = NAME

    def __init__(self, context: Context, *, secret: str, settings: Dialects) -> None:
        super().__init__(context, secret=secret, settings=settings)
        self._key, _, self._password = secret.partition(":")
        self._appliance = settings.liquidfiles
        self._attachments = Attachments(self)
        self._links = Links(self)
        self._updates = Updates(self, email=EMAIL)
        self._pages = Pages(context, base_url=self.base_url)
        self._public = Public(self, self._pages, is_owner=self._is_owner)

    @staticmethod
    def new_secret() -> str:
        """Return a fresh key and the user's password, with a colon between."""
        return f"{random_text(22)}:{random_text(16)}"

    @staticmethod
    def credentials(secret: str) -> dict[str, str]:
        """Return the key, and the address and password that can be changed for it."""
        key, _, password = secret.partition(":")
        return {"secret": key, "email": EMAIL, "password": password}

    def routes(self) -> list[Route]:
        """Return the routes of the appliance's age; a login and what links lead to go without the key."""
        attachments, links, old = self._attachments, self._links, self._appliance.old
        show = self._unknown if old else links.show
        return [
            Route("/login", self.login, methods=["POST"]),
            self._route("/account", GET=self.account),
            self._route("/attachments", GET=attachments.list),
            self._route("/attachments/{attachment}", DELETE=attachments.delete),
            self._route("/link/attachments/upload", POST=attachments.upload),
            self._route("/message/attachments/upload", POST=attachments.upload),
            self._route("/message/attachments/{attachment}", DELETE=attachments.delete),
            self._route("/link", GET=links.list, POST=links.create),
            self._route("/link/{link}", page=self._public.page, GET=show, DELETE=links.delete),
            self._route("/link/{link}/downloads", GET=links.downloads),
            *self._update_routes(self._updates.former),
            *([] if old else self._routes_since_43()),
            *self._public.routes(),
        ]

    def _routes_since_43(self) -> list[Route]:
        links, path = self._links, "/link/{link}/attachments"
        return [
            self._route(path, POST=links.add_file),
            self._route(f"{path}/reorder", POST=links.reorder),
            self._route(f"{path}/{{attachment}}", PUT=links.caption, DELETE=links.remove_file),
            *self._update_routes(self._updates.since_43),
        ]

    def refuse(self, request: Request, refusal: Refusal) -> Response:
        """Return an error as LiquidFiles' JSON, or as a page."""
        if _wants_json(request):
            said = {"errors": [refusal.message]}
            return JSONResponse(said, status_of(refusal), headers=_HEADERS | refusal.headers)
        page = self._pages.refusal(refusal)
        page.headers.update(refusal.headers)
        return page

    async def login(self, request: Request) -> Response:
        """Return the key for the user's address and password."""
        if not _wants_json(request):
            return self._pages.browser()
        user = (await self._call(request).body(params.Login)).user
        known = user.email.lower() == EMAIL
        if not auth.same(user.password, self._password) or not known:
            raise Refusal(401, "unauthorized", "Invalid email or password")
        return JSONResponse({"user": {"api_key": self._key}}, headers=_HEADERS)

    async def account(self, call: Call) -> Fields:
        """Return who the user is, and what the group may do; the root key is that of the XML of old."""
        appliance = self._appliance
        user = {
            "user_id": USER_ID,
            "email": EMAIL,
            "name": "Linktui User",
            "group": "Local Users",
            "group_id": "local-users",
            "is_local": True,
            "api_version": ".".join(appliance.version.split(".")[:2]),
            "version": appliance.version,
            "version_numeric": appliance.version_numeric,
        }
        since_43 = () if appliance.old else ("filelink_",)
        told = ("can_", "permitted_", "blocked_", "message_", *since_43)
        group = asdict(appliance.group)
        return {"user": user | {name: value for name, value in group.items() if name.startswith(told)}}

    async def _unknown(self, call: Call) -> Fields:
        raise not_found("Page")

    def _update_routes(self, handlers: Mapping[str, Handler]) -> list[Route]:
        return [self._route(f"/link/{{link}}/{name}", PUT=handler) for name, handler in handlers.items()]

    def _route(self, path: str, *, page: Page | None = None, **handlers: Handler) -> Route:
        async def endpoint(request: Request) -> Response:
            method = request.method if request.method in handlers else "GET"
            if not _wants_json(request):
                return await page(request) if page and method == "GET" else self._pages.browser()
            if not self._is_owner(request):
                raise unauthorized()
            answer = await handlers[method](self._call(request))
            return answer if isinstance(answer, Response) else JSONResponse(answer, headers=_HEADERS)

        return Route(path, endpoint, methods=list(handlers))

    def _call(self, request: Request) -> Call:
        return Call(
            request=request,
            base_url=self.base_url,
            appliance=self._appliance,
            stopping=self.context.stopping,
            now=self.context.now(),
        )

    def _is_owner(self, request: Request) -> bool:
        """Tell whether the request has the key; the password of HTTP Basic may be anything."""
        if self._appliance.old and auth.bearer(request) is not None:
            return False
        given = auth.key(request)
        return given is not None and auth.same(given, self._key)


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "").lower()
