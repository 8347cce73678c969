"""Drop the JavaScript variables of wasm exports that no JavaScript uses.

Emscripten declares a variable and a property of Module for every export. Side modules take
theirs from the instance itself, so for the thousands that only they need both are dead text.
Run by emcc's --js-transform, before the output is optimised: `python jsexports.py KEEP FILE`,
where KEEP lists the exports that stay properties of Module, one per line.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Collection
from pathlib import Path

BEGIN = "// Imports from the Wasm binary."
# Functions are wasmExports['name'], data (wasmExports['name'].value) >>> 0. Whether the variable or the
# property of Module comes first depends on the Emscripten release.
ASSIGNMENT = re.compile(
    r"^  (?:Module\['[\w$]+'\] = )?(?P<name>[\w$]+) = (?:Module\['(?P=name)'\] = )?"
    r"(?P<value>[^;\n]*wasmExports\['(?P<export>[^']+)'\][^;\n]*);\n",
    re.MULTILINE,
)
IDENTIFIER = re.compile(r"[\w$]+")


def drop_unused(js: str, keep: Collection[str]) -> str:
    """The program without the properties of exports outside `keep`, and without the variables nothing reads.

    Raises ValueError if the program does not look as this function expects.
    """
    head, begin, rest = js.partition(BEGIN)
    declaration = re.match(r"\s*var ([\w$]+(?:,\s*[\w$]+)*);\n", rest)
    if not begin or declaration is None:
        raise ValueError("Emscripten's output has no block of wasm exports where it is expected")
    body = rest[declaration.end() :]
    # What is left of the assignments below is every use of the variables there is.
    uses = Counter(IDENTIFIER.findall(head)) + Counter(IDENTIFIER.findall(ASSIGNMENT.sub("", body)))
    found = list(ASSIGNMENT.finditer(body))
    unused = {match["name"] for match in found if match["export"] not in keep and not uses[match["name"]]}

    def assignment(match: re.Match[str]) -> str:
        if match["name"] in unused:
            return ""
        return match[0] if match["export"] in keep else f"  {match['name']} = {match['value']};\n"

    kept = [name for name in re.split(r",\s*", declaration[1]) if name not in unused]
    return f"{head}{begin}\nvar {', '.join(kept)};\n{ASSIGNMENT.sub(assignment, body)}"


if __name__ == "__main__":
    keep_file, js_file = (Path(word) for word in sys.argv[1:])
    js_file.write_text(drop_unused(js_file.read_text(encoding="utf-8"), set(keep_file.read_text().split())))
