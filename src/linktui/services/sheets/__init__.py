"""Links as text, TOML or CSV: written out, changed by hand or by a script, and read back as changes."""

from linktui.model.errors import Fault, SheetFaults
from linktui.services.sheets.sheet import SheetForm

__all__ = ["Fault", "SheetFaults", "SheetForm"]
