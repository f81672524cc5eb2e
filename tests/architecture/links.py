"""Find dead links between the project's pages."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

_FENCE = re.compile(r"^ *(`{3,}|~{3,})[^\n]*\n.*?^ *\1[^\n]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_EXTERNAL = re.compile(r"[a-z][a-z+.-]*:", re.IGNORECASE)


def without_fences(text: str) -> str:
    """Return a page's text without its fenced code."""
    return _FENCE.sub("", text)


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub generates for the headings of a page."""
    used = Counter[str]()
    found = set[str]()
    for heading in _HEADING.findall(without_fences(text)):
        shown = _LINK.sub(lambda link: link.group(0).partition("](")[0].lstrip("![") or "", heading)
        slug = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        found.add(f"{slug}-{used[slug]}" if used[slug] else slug)
        used[slug] += 1
    return found


def links(text: str) -> list[str]:
    """Return the targets of a page's links and pictures, without external addresses."""
    plain = _CODE.sub("", without_fences(text))
    return [target for target in _LINK.findall(plain) if not _EXTERNAL.match(target)]


def dead_links(page: Path) -> Iterator[str]:
    """Yield each link of a page whose file or anchor does not exist."""
    for target in links(page.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        if not file.exists():
            yield f"{target}: no such file"
        elif anchor and (file.suffix != ".md" or anchor not in anchors(file.read_text(encoding="utf-8"))):
            yield f"{target}: no such heading"
