"""axe-core, which looks for what keeps somebody from using a page. https://github.com/dequelabs/axe-core"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.server.browser import Browser

AXE = Path(__file__).parents[2] / ".extras" / "node_modules" / "axe-core" / "axe.min.js"
"""Where `.ci/run` puts it."""
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_STRANGERS = {"video-caption"}
"""What depends on somebody else's file, which axe-core asks a person to look at."""
_LOOK = """
return axe.run(document, %s).then((told) =>
  ["violations", "incomplete"].flatMap((kind) => told[kind].flatMap((rule) => rule.nodes.map((node) =>
    [rule.id, kind + ": " + rule.id + " at " + node.target.join(" ") + ": " + node.failureSummary]))))
"""

needs_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: .ci/run does it")


async def faults(browser: Browser) -> list[str]:
    """Return what is wrong with the page that is open, and what axe-core cannot judge."""
    if not await browser.run("return Boolean(window.axe)"):
        await browser.run(AXE.read_text(encoding="utf-8"))
    asked = {"runOnly": _RULES, "preload": False, "resultTypes": ["violations", "incomplete"]}
    told = await browser.run(_LOOK % json.dumps(asked))
    return [str(words) for rule, words in told if rule not in _STRANGERS]
