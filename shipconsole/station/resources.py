"""Find the files that are shipped with the program: icons, fonts, pictures, sounds, and the pages of help."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def resource(name: str, package: Path = _PACKAGE) -> Path:
    """Return the path of a resource, such as ``icons/shipconsole.svg``.

    An installed or frozen program has them inside the package, a checkout beside it. The inside is checked first:
    beside an installed package are the files of other packages. An unknown name is a bug of ours and raises
    FileNotFoundError.
    """
    inside, beside = package / "resources", package.parent / "resources"
    return _found(inside if inside.is_dir() else beside, name)


def page_file(name: str, package: Path = _PACKAGE) -> Path:
    """Return the path of a page of docs/, named without its ending; a checkout has it where people read it."""
    inside, beside = package / "resources" / "docs", package.parent / "docs"
    return _found(inside if inside.is_dir() else beside, f"{name}.md")


def _found(folder: Path, name: str) -> Path:
    if not (folder / name).exists():
        raise FileNotFoundError(f"no resource {name} in {folder}")
    return folder / name
