"""The languages of the pages: one file of words each, chosen by what the reader's browser asks for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup, escape

from linktui.linkserver.errors import Refusal
from linktui.linkserver.times import from_ms, iso

CODES = ("en", "de", "es", "fr", "it", "ja", "nl", "pl", "pt")
"""The first is for whoever asks for none of the others."""
LONGEST_HEADER = 1000
_SPANS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


@dataclass(frozen=True, slots=True)
class Language:
    """One language; `words` are those of its file."""

    code: str
    words: Mapping[str, Any]

    @property
    def direction(self) -> str:
        """Ltr or rtl."""
        return str(self.words["direction"])

    def say(self, key: str, **values: object) -> str:
        """Return a sentence with its words in braces filled in; Markup where one of them is Markup."""
        text = str(self.words[key])
        if any(isinstance(value, Markup) for value in values.values()):
            return Markup(escape(text)).format(**values)  # noqa: S704 - our own words, escaped
        return text.format(**values)

    def count(self, key: str, n: int) -> str:
        """Return a number of things in the form that the number asks for."""
        forms: Mapping[str, str] = self.words[key]
        return forms[plural(self.code, n)].format(n=n)

    def size(self, size: int) -> str:
        """Return bytes with at most three digits, such as `4.2 MiB`."""
        if size < 1024:
            return self.count("bytes", size)
        value, units = float(size), self.words["units"]
        for unit in units:
            value /= 1024
            if value < 1023.5 or unit == units[-1]:
                break
        digits = f"{value:.1f}" if value < 99.95 else f"{value:.0f}"
        return f"{digits.replace('.', self.words['decimal'])} {unit}"

    def span(self, ms: int) -> str:
        """Return the two largest units of a length of time, such as `2 days 3 hours`."""
        seconds = max(1, ms // 1000)
        counts: list[tuple[int, str]] = []
        for length, name in _SPANS:
            number, seconds = divmod(seconds, length)
            if number or counts:
                counts.append((number, name))
        return str(self.words["join"]).join(self.count(name, number) for number, name in counts[:2] if number)

    def moment(self, ms: int) -> Markup:
        """Return a moment in UTC, marked so that the page's script can say it in the reader's own zone."""
        at = from_ms(ms)
        text = self.say(
            "moment",
            day=at.day,
            month=self.words["months"][at.month - 1],
            year=at.year,
            time=f"{at:%H:%M:%S}",
        )
        return Markup('<time datetime="{}">{}</time>').format(iso(ms), text)

    def refusal(self, refusal: Refusal) -> str:
        """Return what is said of a refusal; its own English where nobody is expected to meet it."""
        said = self.words["refusals"].get(refusal.code, refusal.message)
        return str(said).replace("{wait}", refusal.headers.get("Retry-After", "1"))


def plural(code: str, n: int) -> str:
    """Return the form of a whole number: one, few, many or other (CLDR's cardinal rules)."""
    match code:
        case "ja":
            return "other"
        case "pl" if n != 1:
            return "few" if n % 10 in {2, 3, 4} and n % 100 not in {12, 13, 14} else "many"
        case "fr" if n == 0:
            return "one"
    return "one" if n == 1 else "other"


@cache
def language(code: str) -> Language:
    """Return one of the languages of `CODES`."""
    text = files("linktui.linkserver").joinpath("languages", f"{code}.toml").read_text(encoding="utf-8")
    return Language(code, tomllib.loads(text))


def asked_for(header: str) -> Language:
    """Return the language that an Accept-Language header likes best (RFC 9110 section 12.5.4)."""
    best, weight = CODES[0], 0.0
    for part in header[:LONGEST_HEADER].split(","):
        tag, _, parameters = part.partition(";")
        code = tag.strip().partition("-")[0].lower()
        code = CODES[0] if code == "*" else code
        if code in CODES and (liked := _weight(parameters)) > weight:
            best, weight = code, liked
    return language(best)


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        weight = float(value) if name.strip().lower() == "q" else 0.0
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
