"""The page behind a link for uploads: a form that a browser sends straight to the store; no I/O.

It is an object in the bucket like any other, so that no server of ours is needed.
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1rem}"
    "button,input{font:inherit;margin:.5rem 0}"
)
_SCRIPT = (
    "document.forms[0].onsubmit=function(){var f=this.elements,a=new Uint8Array(6);crypto.getRandomValues(a);"
    "f.key.value=f.key.value.replace('${filename}',Array.from(a,function(b){return b.toString(16)}).join('')+"
    "'/${filename}');f['Content-Type'].value=f.file.files[0].type||'application/octet-stream'}"
)
"""Gives each file a place of its own, so that two of one name are both kept."""


def upload_page(title: str, *, action: str, fields: Mapping[str, str], note: str) -> str:
    """Return the page; `note` says until when, and how much."""
    hidden = "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer"><title>{escape(title)}</title><style>{_STYLE}</style></head>
<body><h1>{escape(title)}</h1><p>{escape(note)}</p>
<form action="{escape(action)}" method="post" enctype="multipart/form-data">
{hidden}
<input type="hidden" name="Content-Type" value="application/octet-stream">
<input type="file" name="file" required><br><button>Send</button>
</form><script>{_SCRIPT}</script></body></html>
"""
