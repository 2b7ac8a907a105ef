"""How much air the screens have: CSS over what the widgets have of their own, where it is not the usual."""

from __future__ import annotations

DENSITIES = ("compact", "normal", "roomy")
CSS = {
    "compact": """
    .-compact Pane { border: none; border-top: solid $border-blurred; }
    .-compact Pane:focus-within { border: none; border-top: heavy $primary; }
    .-compact LinkAside {
        border: none;
        border-top: solid $border-blurred;
        border-left: solid $border-blurred;
    }
    .-compact Preview { border: none; border-top: solid $border-blurred; }
    .-compact #detail { border: none; border-top: heavy $primary; }
    .-compact AccountsScreen > #facts { border: none; border-top: solid $border-blurred; }
    .-compact .detail--heading { margin-top: 0; }
    .-compact .queue--total { margin-bottom: 0; }
    .-compact .menu--lead { margin-bottom: 0; }
    .-compact .form--lead { margin-bottom: 0; }
    """,
    "roomy": """
    .-roomy Header { margin-bottom: 1; }
    .-roomy KeyLine { margin-top: 1; }
    .-roomy Pane { padding: 1; }
    .-roomy LinkAside { padding: 1 2; }
    .-roomy Preview { padding: 1 2; }
    .-roomy #detail { padding: 1 2; }
    .-roomy #menu, .-roomy #form { padding: 1 3; }
    """,
}
"""The CSS of each density but the usual one, for an app with that class."""
