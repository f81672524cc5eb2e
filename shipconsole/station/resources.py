"""Find the files that are shipped with the program: icons, fonts, pictures."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def resource(name: str, package: Path = _PACKAGE) -> Path:
    """Return the path of a resource, such as ``icons/shipconsole.svg``.

    An installed or frozen program has them inside the package, a checkout beside it. The inside is checked first:
    beside an installed package are the files of other packages. An unknown name is a bug of ours and raises
    FileNotFoundError.
    """
    inside, beside = package / "resources", package.parent / "resources"
    found = (inside if inside.is_dir() else beside) / name
    if not found.exists():
        raise FileNotFoundError(f"no resource {name} in {found.parent}")
    return found
