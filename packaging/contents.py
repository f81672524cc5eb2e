"""Choose which parts of Qt and of the build machine are included in the frozen program.

The lists name what is included, not what is left out, so that the new plugins of a newer Qt are left out automatically.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePath

# The plugins that a widget application needs, by kind.
QT_PLUGINS = {
    "iconengines": {"qsvgicon"},
    # The logo of packing slips may be a JPEG file.
    "imageformats": {"qicns", "qico", "qjpeg", "qsvg"},
    "platforminputcontexts": {"composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"},
    "platforms": {"qcocoa", "qoffscreen", "qwayland", "qwayland-egl", "qwayland-generic", "qwindows", "qxcb"},
    "platformthemes": {"qxdgdesktopportal"},
    "printsupport": {"cocoaprintersupport", "cupsprintersupport", "windowsprintersupport"},
    "styles": {"qmacstyle", "qmodernwindowsstyle"},
    "wayland-decoration-client": {"adwaita", "bradient"},
    "wayland-graphics-integration-client": {"qt-plugin-wayland-egl"},
    "wayland-shell-integration": {"xdg-shell"},
    "xcbglintegrations": {"qxcb-egl-integration", "qxcb-glx-integration"},
}
EXCLUDED_MODULES = ["_pytest", "pip", "pydoc", "setuptools", "tkinter", "unittest"]
# Start-up hooks of PyInstaller that the program does not need: it does not use `multiprocessing`, list packages, or
# read source, and PySide6's wheels find Qt's files alone. The hooks would delay the window and load Qt for commands.
UNNEEDED_HOOKS = {"pyi_rth_inspect", "pyi_rth_multiprocessing", "pyi_rth_pkgutil", "pyi_rth_pyside6"}

# Libraries that must come from the computer that runs the program, because they belong to its display driver, fonts,
# or D-Bus. The Debian package depends on them instead.
OF_THE_SYSTEM = re.compile(
    r"(ld-linux.*|libc|libm|libdl|librt|libpthread|libresolv|libutil|libstdc\+\+|libgcc_s"
    r"|libGL.*|libEGL.*|libOpenGL|libdrm|libgbm|libX11|libX11-xcb|libxcb|libXau|libXdmcp"
    r"|libxcb-(dri2|dri3|glx|present|randr|render|shape|shm|sync|xfixes|xkb)|libwayland-.*"
    r"|libfontconfig|libfreetype|libexpat|libharfbuzz|libfribidi|libthai|libdatrie|libgraphite2"
    r"|libg(lib|io|object|module|thread)-2\.0|libpcre2-8|libmount|libblkid|libselinux|libuuid|libdbus-1|libsystemd|libcap"
    r"|libcups|libgcrypt|libgpg-error|liblz4|libmd|libbsd|libz|libcom_err|libkeyutils|libgssapi_krb5|libkrb5|libk5crypto"
    r"|libkrb5support|libgtk-3|libgdk-3|libatk.*|libatspi|libepoxy|libcairo.*|libpango.*|libgdk_pixbuf.*|libpixman.*"
    r"|libX(composite|cursor|damage|ext|fixes|i|inerama|randr|render))\.so.*"
)
_PLUGIN = re.compile(r"(?:^|/)plugins/(?P<kind>[^/]+)/(?:lib)?(?P<name>[^/.]+)\.(?:so|dll|dylib)$")
# A 20 MB software OpenGL that only Qt Quick needs.
_SOFTWARE_OPENGL = "opengl32sw.dll"

QT_TEXTS = frozenset({"qtbase_de.qm"})
"""Qt's own translations for `shipconsole.messages.LANGUAGES`; English needs none."""

Entry = tuple[str, str, str]


def is_kept(name: str) -> bool:
    """Return whether a file is included in the frozen program, by its path there."""
    path = PurePath(name.replace("\\", "/"))
    plugin = _PLUGIN.search(path.as_posix())
    if plugin:
        return plugin["name"] in QT_PLUGINS.get(plugin["kind"], ())
    # Qt has its own texts, as for keys and file dialogs, in more languages than the program has.
    if path.suffix == ".qm":
        return path.name in QT_TEXTS
    if path.name == _SOFTWARE_OPENGL:
        return False
    return not OF_THE_SYSTEM.fullmatch(path.name)


def reachable(binaries: Iterable[Entry], needs: Callable[[str], Iterable[str]]) -> list[Entry]:
    """Return the binaries that an extension or plugin needs, directly or indirectly.

    Each entry is the name in the frozen program, the source file, and the kind. Extensions and plugins are loaded by
    name and are always included. `needs` returns the names of the libraries that a file is linked to.
    """
    entries = list(binaries)
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        by_name.setdefault(PurePath(entry[0]).name, []).append(entry)
    reached: set[str] = set()
    waiting = [entry for entry in entries if _is_loaded_by_name(entry)]
    while waiting:
        name, file, kind = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        needed: Sequence[str] = [PurePath(file).name] if kind == "SYMLINK" else [*needs(file)]
        for library in needed:
            waiting += by_name.get(library, [])
    return [entry for entry in entries if entry[0] in reached]


def _is_loaded_by_name(entry: Entry) -> bool:
    name, _, kind = entry
    return kind == "EXTENSION" or "/plugins/" in name or ".abi3.so" in name or "libpython" in name
