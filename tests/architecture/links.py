"""Find links between the project's pages that lead nowhere."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

_FENCE = re.compile(r"^ *(`{3,}|~{3,})[^\n]*\n.*?^ *\1[^\n]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_ELSEWHERE = re.compile(r"[a-z][a-z+.-]*:", re.IGNORECASE)


def without_fences(text: str) -> str:
    """Return a page's text without its fenced code."""
    return _FENCE.sub("", text)


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    taken = Counter[str]()
    found = set[str]()
    for heading in _HEADING.findall(without_fences(text)):
        shown = _LINK.sub(lambda link: link.group(0).partition("](")[0].lstrip("![") or "", heading)
        slug = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        found.add(f"{slug}-{taken[slug]}" if taken[slug] else slug)
        taken[slug] += 1
    return found


def links(text: str) -> list[str]:
    """Return where the links and pictures of a page lead, without those to other places of the internet."""
    plain = _CODE.sub("", without_fences(text))
    return [target for target in _LINK.findall(plain) if not _ELSEWHERE.match(target)]


def dead_links(page: Path) -> Iterator[str]:
    """Yield each link of a page whose file or anchor does not exist."""
    for target in links(page.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        if not file.exists():
            yield f"{target}: no such file"
        elif anchor and (file.suffix != ".md" or anchor not in anchors(file.read_text(encoding="utf-8"))):
            yield f"{target}: no such heading"
