"""Write the map of the code into docs/architecture.md: `python -m tests.architecture.write_map`."""

from tests.architecture.tree import ROOT, first_sentence, modules, name_of

PAGE = ROOT / "docs" / "architecture.md"
START, END = "<!-- map -->", "<!-- /map -->"


def expected_map() -> list[str]:
    """Return a line for every module: its name and the first sentence of its docstring."""
    return [f"- `{name_of(path)}`: {first_sentence(path)}" for path in modules()]


def written_map() -> list[str]:
    """Return the lines between the marks of the page."""
    _, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    inside, _, _ = rest.partition(END)
    return [line for line in inside.splitlines() if line]


def main() -> None:
    """Replace the text between the marks of the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    lines = "\n".join(expected_map())
    PAGE.write_text(f"{before}{START}\n\n{lines}\n\n{END}{after}", encoding="utf-8")
    print(f"docs/architecture.md: {len(expected_map())} modules")


if __name__ == "__main__":
    main()
