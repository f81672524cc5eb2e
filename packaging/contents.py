"""What of Qt and of the build machine goes into the frozen program: lists of what is kept, never of what is left out.

A new Qt brings new plugins. A list of what is kept leaves them out by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePath

# Kind of plugin, and the names of those that a window of widgets needs.
QT_PLUGINS = {
    "iconengines": {"qsvgicon"},
    "imageformats": {"qicns", "qico", "qsvg"},
    "platforminputcontexts": {"composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"},
    "platforms": {"qcocoa", "qoffscreen", "qwayland", "qwayland-egl", "qwayland-generic", "qwindows", "qxcb"},
    "platformthemes": {"qxdgdesktopportal"},
    "styles": {"qmacstyle", "qmodernwindowsstyle"},
    "wayland-decoration-client": {"adwaita", "bradient"},
    "wayland-graphics-integration-client": {"qt-plugin-wayland-egl"},
    "wayland-shell-integration": {"xdg-shell"},
    "xcbglintegrations": {"qxcb-egl-integration", "qxcb-glx-integration"},
}
EXCLUDED_MODULES = ["_pytest", "pip", "pydoc", "setuptools", "tkinter", "unittest"]
# What PyInstaller runs before the program for libraries that need help when frozen. Nobody here starts processes with
# `multiprocessing`, which a library loads but does not use, lists packages, or reads source; and PySide6's wheels tell
# Qt by themselves where its parts are. The window would wait for all of these, and each command would load Qt.
UNNEEDED_HOOKS = {"pyi_rth_inspect", "pyi_rth_multiprocessing", "pyi_rth_pkgutil", "pyi_rth_pyside6"}

# These must be those of the computer the program runs on: they belong to its screen driver, its fonts and its bus. The
# package depends on them instead.
OF_THE_SYSTEM = re.compile(
    r"(ld-linux.*|libc|libm|libdl|librt|libpthread|libresolv|libutil|libstdc\+\+|libgcc_s"
    r"|libGL.*|libEGL.*|libOpenGL|libdrm|libgbm|libX11|libX11-xcb|libxcb|libXau|libXdmcp"
    r"|libxcb-(dri2|dri3|glx|present|randr|render|shape|shm|sync|xfixes|xkb)|libwayland-.*"
    r"|libfontconfig|libfreetype|libexpat|libharfbuzz|libfribidi|libthai|libdatrie|libgraphite2"
    r"|libg(lib|io|object|module|thread)-2\.0|libpcre2-8|libmount|libblkid|libselinux|libuuid|libdbus-1|libsystemd|libcap"
    r"|libgcrypt|libgpg-error|liblz4|libmd|libbsd|libz|libcom_err|libkeyutils|libgssapi_krb5|libkrb5|libk5crypto"
    r"|libkrb5support|libgtk-3|libgdk-3|libatk.*|libatspi|libepoxy|libcairo.*|libpango.*|libgdk_pixbuf.*|libpixman.*"
    r"|libX(composite|cursor|damage|ext|fixes|i|inerama|randr|render))\.so.*"
)
_PLUGIN = re.compile(r"(?:^|/)plugins/(?P<kind>[^/]+)/(?:lib)?(?P<name>[^/.]+)\.(?:so|dll|dylib)$")
# A 20 MB OpenGL in software that only Qt Quick would ask for.
_SOFTWARE_OPENGL = "opengl32sw.dll"

QT_TEXTS = frozenset({"qtbase_de.qm"})
"""Qt's own texts in the languages of `shipconsole.messages.LANGUAGES` but English, which needs none."""

Entry = tuple[str, str, str]


def is_kept(name: str) -> bool:
    """Says whether a file belongs into the frozen program, by its path there."""
    path = PurePath(name.replace("\\", "/"))
    plugin = _PLUGIN.search(path.as_posix())
    if plugin:
        return plugin["name"] in QT_PLUGINS.get(plugin["kind"], ())
    # Qt has texts of its own, as for keys and file dialogs, in more languages than the program has.
    if path.suffix == ".qm":
        return path.name in QT_TEXTS
    if path.name == _SOFTWARE_OPENGL:
        return False
    return not OF_THE_SYSTEM.fullmatch(path.name)


def reachable(binaries: Iterable[Entry], needs: Callable[[str], Iterable[str]]) -> list[Entry]:
    """Gives the binaries that something which stays still needs: each is its name there, its file here, and its kind.

    Extensions and plugins are loaded by name and stay. `needs` tells the names of the libraries that a file asks for.
    """
    every = list(binaries)
    by_name: dict[str, list[Entry]] = {}
    for entry in every:
        by_name.setdefault(PurePath(entry[0]).name, []).append(entry)
    reached: set[str] = set()
    waiting = [entry for entry in every if _is_loaded_by_name(entry)]
    while waiting:
        name, file, kind = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        wanted: Sequence[str] = [PurePath(file).name] if kind == "SYMLINK" else [*needs(file)]
        for library in wanted:
            waiting += by_name.get(library, [])
    return [entry for entry in every if entry[0] in reached]


def _is_loaded_by_name(entry: Entry) -> bool:
    name, _, kind = entry
    return kind == "EXTENSION" or "/plugins/" in name or ".abi3.so" in name or "libpython" in name
