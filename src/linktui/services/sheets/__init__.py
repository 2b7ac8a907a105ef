"""Links as text, TOML or CSV, and what a person changed in it as changes for a plan."""

from linktui.model.sheet import Fault, SheetFaults, SheetForm
from linktui.services.sheets.editing import OpenEditor
from linktui.services.sheets.service import Sheets

__all__ = ["Fault", "OpenEditor", "SheetFaults", "SheetForm", "Sheets"]
