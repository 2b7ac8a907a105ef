"""Stripe's API for files and file links; both of its hosts' paths on one base.

https://docs.stripe.com/api
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from linktui.linkserver.catalog import links
from linktui.linkserver.context import Context
from linktui.linkserver.dialects import forms, objects
from linktui.linkserver.dialects.base import Dialect, Dialects, random_text
from linktui.linkserver.dialects.objects import Fields
from linktui.linkserver.dialects.stripe.admission import VERSION, Admission, version_of
from linktui.linkserver.dialects.stripe.call import Call, attempt_of
from linktui.linkserver.dialects.stripe.errors import StripeRefusal, translated, unknown_url
from linktui.linkserver.dialects.stripe.files import Files, expired
from linktui.linkserver.dialects.stripe.ids import new_key
from linktui.linkserver.dialects.stripe.links import Links
from linktui.linkserver.dialects.stripe.purposes import MAX_UPLOAD
from linktui.linkserver.dialects.stripe.shapes import FILE, slug_in
from linktui.linkserver.errors import Gone, Refusal

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_OVERHEAD = 1 << 20
"""Bytes of an upload's form beside the file."""

Handler = Callable[[Call], Awaitable[Fields | Response]]


class Stripe(Dialect):
    """Test mode of one platform account; connected accounts have namespaces of their own."""

    name = "stripe"

    def __init__(self, context: Context, *, secret: str, settings: Dialects) -> None:
        super().__init__(context, secret=secret, settings=settings)
        self._admission = Admission(secret, rates=settings.rates, clock=context.clock)
        self._files = Files(self)
        self._links = Links(self)
        self._under_way: set[tuple[str, str]] = set()

    @staticmethod
    def new_secret() -> str:
        """Return a fresh secret key of test mode."""
        return new_key()

    def routes(self) -> list[Route]:
        """Return the routes; only the public address of a link goes without the key."""
        files, links = self._files, self._links
        return [
            self._route("/v1/files", GET=files.list, POST=files.create),
            self._route("/v1/files/{file}", GET=files.get),
            self._route("/v1/files/{file}/contents", GET=files.contents),
            self._route("/v1/file_links", GET=links.list, POST=links.create),
            self._route("/v1/file_links/{link}", GET=links.get, POST=links.update),
            Route("/links/{token}", self.public, methods=["GET"]),
        ]

    def headers(self) -> Mapping[str, str]:
        """Return the id of this request, and the version where the answer has none."""
        return {"Request-Id": f"req_{random_text(14)}", "Stripe-Version": VERSION}

    def refuse(self, request: Request, refusal: Refusal) -> Response:
        """Return an error as Stripe's JSON."""
        if refusal.code in {"not_found", "method_not_allowed"} and not isinstance(refusal, StripeRefusal):
            refusal = unknown_url(request.method, _path(request))
        said = translated(refusal)
        return JSONResponse(said.body(), said.status, headers=said.headers)

    async def public(self, request: Request) -> Response:
        """Return the bytes behind a link to anyone; raises Gone once it or its file has expired."""
        told = slug_in(request.path_params["token"])
        link = None if told is None else links.by_slug(self.database.read, told[1])
        if told is None or link is None:
            raise Gone
        namespace = self._namespace(told[0])
        found = objects.of_subject(self.database.read, namespace, link.id)
        file = found and objects.get(self.database.read, namespace, FILE, str(found.parent))
        if file is None or expired(file, now=self.context.now()):
            raise Gone
        return await self.give(request, link.id, inline=True)

    def _route(self, path: str, **handlers: Handler) -> Route:
        async def endpoint(request: Request) -> Response:
            account = self._admission.account(request)
            version = version_of(request)
            self._admission.take(request, _path(request))
            handler = handlers[request.method if request.method in handlers else "GET"]
            form = await self._form(request)
            try:
                response = await self._answer(request, handler, account=account, form=form)
            finally:
                await form.close()
            response.headers["Stripe-Version"] = version
            return response

        return Route(path, endpoint, methods=list(handlers))

    async def _answer(self, request: Request, handler: Handler, *, account: str, form: FormData) -> Response:
        upload = form.get("file")
        upload = upload if isinstance(upload, UploadFile) else None
        pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        pairs += forms.pairs(request.scope["query_string"])
        namespace, now = self._namespace(account), self.context.now()
        attempt = None
        if request.method == "POST":
            attempt = await attempt_of(
                request, pairs, upload, namespace=namespace, path=_path(request), now=now
            )
        call = Call(
            request=request,
            account=account,
            namespace=namespace,
            base_url=self.base_url,
            now=now,
            pairs=pairs,
            upload=upload,
            attempt=attempt,
        )
        return await self._once(call, handler)

    async def _once(self, call: Call, handler: Handler) -> Response:
        """Run the handler, or return what it answered when the key was used before."""
        if call.attempt is None:
            return _response(await handler(call))
        key = (call.namespace, call.attempt.key)
        if key in self._under_way:
            raise StripeRefusal(
                "There is currently another in-progress request using this Stripe idempotency key.",
                status=409,
                code="idempotency_key_in_use",
            )
        self._under_way.add(key)
        try:
            known = call.attempt.result(self.database.read)
            response = _response(await handler(call) if known is None else known)
        finally:
            self._under_way.discard(key)
        response.headers["Idempotency-Key"] = call.attempt.key
        if known is not None:
            response.headers["Idempotent-Replayed"] = "true"
        return response

    def _namespace(self, account: str) -> str:
        return self.name if account == self._admission.own else f"{self.name}/{account}"

    async def _form(self, request: Request) -> FormData:
        """Return the body's fields; raises a StripeRefusal unless the form is of the kind the path takes."""
        if request.method != "POST":
            return FormData()
        kind = forms.content_type(request)
        stopping = self.context.stopping
        if kind == _MULTIPART:
            return await forms.multipart(request, most=MAX_UPLOAD + _OVERHEAD, stopping=stopping)
        if kind not in {"", _FORM}:
            raise StripeRefusal(
                f"Invalid request (check that your POST content type is {_FORM}). If you have any questions, "
                "we can help at https://support.stripe.com/."
            )
        return await forms.urlencoded(request, stopping=stopping)


def _path(request: Request) -> str:
    return str(request.scope["path"]).removeprefix(request.scope.get("root_path", ""))


def _response(answer: Fields | Response) -> Response:
    if isinstance(answer, Response):
        return answer
    return JSONResponse(answer, headers={"Cache-Control": "no-cache, no-store"})
