"""Names of the measures for speed that the compiler can leave out, from the table in its source."""
import re
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "Sources" / "Engine" / "OnePass" / "CodegenConfig.swift"
MEASURES = re.findall(r'^    \("([a-z-]+)", \.[a-zA-Z]+\),$', TABLE.read_text(), re.MULTILINE)
assert MEASURES, f"{TABLE}: no table of measures"
