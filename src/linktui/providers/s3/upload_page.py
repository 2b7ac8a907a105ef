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
_SCRIPT = """
const form = document.forms[0], said = document.querySelector('output');
const button = form.querySelector('button');
form.onsubmit = async (event) => {
  event.preventDefault();
  const file = form.elements.file.files[0], body = new FormData();
  const noise = crypto.getRandomValues(new Uint8Array(6));
  const place = Array.from(noise, (byte) => byte.toString(16).padStart(2, '0')).join('');
  for (const one of form.querySelectorAll('input[type=hidden]')) body.append(one.name, one.value);
  body.set('key', body.get('key').replace('${filename}', () => place + '/' + file.name));
  body.set('Content-Type', file.type || 'application/octet-stream');
  body.append('file', file);
  button.disabled = true;
  said.value = 'Sending ' + file.name + ' …';
  try {
    const answer = await fetch(form.action, {method: 'POST', body});
    const why = answer.ok ? '' : ((await answer.text()).match(/<Message>([^<]*)/) || ['', answer.status])[1];
    said.value = answer.ok ? file.name + ' was sent. Thank you.' : file.name + ' was refused: ' + why;
    if (answer.ok) form.elements.file.value = '';
  } catch { said.value = file.name + ' was not sent: no connection. Try again.'; }
  button.disabled = false;
};
"""
"""Gives each file a place of its own, so that two of one name are both kept, and says how it went."""


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
</form><p><output></output></p><script>{_SCRIPT}</script></body></html>
"""
