"""Any S3-compatible store as a kind of provider: AWS, MinIO, R2, B2, Ceph, SeaweedFS, Garage and others."""

from __future__ import annotations

from linktui.model.errors import InvalidInput
from linktui.providers.base import Provider
from linktui.providers.context import Context
from linktui.providers.kind import ProviderKind
from linktui.providers.s3.limits import LIMITS, limits_by
from linktui.providers.s3.settings import BASE_URL, BUCKET, SETTINGS


def _open(context: Context) -> Provider:
    from importlib.util import find_spec

    if find_spec("botocore") is None:
        raise InvalidInput("provider", "“s3” needs botocore, which is not here: pip install 'linktui[s3]'")
    if not context.account.settings.get(BUCKET):
        from linktui.providers.s3.buckets import Buckets

        return Buckets(context)
    from linktui.providers.s3.provider import S3Provider

    return S3Provider(context)


KIND = ProviderKind(
    title="S3",
    limits=LIMITS,
    limits_by=limits_by,
    open=_open,
    base_url=BASE_URL,
    settings=SETTINGS,
    needs="KEY_ID:SECRET_KEY",
    secret_else="AWS profile",  # noqa: S106 - says where one comes from
)
