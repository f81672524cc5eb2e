"""Writes the map of the code into README.md: `python -m tests.architecture.write_map`."""

from tests.architecture.tree import ROOT, first_sentence, modules, name_of

README = ROOT / "README.md"
START, END = "<!-- map -->", "<!-- /map -->"


def expected_map() -> list[str]:
    """Gives a line for every module: its name and the first sentence of its docstring."""
    return [f"- `{name_of(path)}`: {first_sentence(path)}" for path in modules()]


def written_map() -> list[str]:
    """Gives the lines that README.md has between the marks."""
    _, _, rest = README.read_text(encoding="utf-8").partition(START)
    inside, _, _ = rest.partition(END)
    return [line for line in inside.splitlines() if line]


def main() -> None:
    """Replaces what stands between the marks; without marks it adds the section at the end."""
    text = README.read_text(encoding="utf-8")
    if START not in text:
        text = f"{text.rstrip()}\n\n## Map of the code\n\n{START}\n{END}\n"
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    lines = "\n".join(expected_map())
    README.write_text(f"{before}{START}\n\n{lines}\n\n{END}{after}", encoding="utf-8")
    print(f"README.md: {len(expected_map())} modules")


if __name__ == "__main__":
    main()
