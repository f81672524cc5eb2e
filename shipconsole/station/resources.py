"""Finds the files that travel with the program: icons, fonts, pictures."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def resource(name: str, package: Path = _PACKAGE) -> Path:
    """Give the path of one resource, such as ``icons/shipconsole.svg``.

    An installed or frozen program has them inside the package, a checkout beside it. The inside is asked
    first: beside an installed package lies whatever else is installed there. A name that is not there is a
    bug of ours and raises FileNotFoundError.
    """
    inside, beside = package / "resources", package.parent / "resources"
    found = (inside if inside.is_dir() else beside) / name
    if not found.exists():
        raise FileNotFoundError(f"no resource {name} in {found.parent}")
    return found
