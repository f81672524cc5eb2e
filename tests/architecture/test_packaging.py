"""The packages work: the menu entry starts the program, and the wheel contains everything that it needs."""

import configparser
import importlib
import json
import os
import plistlib
import re
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import sysconfig
import tomllib
import venv
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from PySide6.QtGui import QImage

from shipconsole import __version__, messages
from shipconsole.cli.program import parser
from shipconsole.station import announcement
from shipconsole.ui.dialogs.help.pages import FIRST
from tests.architecture.tree import ROOT, name_of, own_files

PACKAGING = ROOT / "packaging"
LINUX = PACKAGING / "linux"
DESKTOP_FILE = LINUX / "io.shipconsole.Shipconsole.desktop"
METAINFO = DESKTOP_FILE.with_suffix(".metainfo.xml")


def packaging_script(name: str) -> ModuleType:
    """Import a module of `packaging/`, which is a plain folder of scripts."""
    if str(PACKAGING) not in sys.path:
        sys.path.append(str(PACKAGING))
    return importlib.import_module(name)


def test_the_menu_entry_starts_the_program_and_has_its_icon() -> None:
    read = configparser.ConfigParser(interpolation=None)
    read.read(DESKTOP_FILE, encoding="utf-8")
    entry = read["Desktop Entry"]
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert entry["Type"] == "Application"
    assert entry["Exec"].split()[0] in scripts
    assert (ROOT / "resources" / "icons" / f"{entry['Icon']}.svg").is_file()
    assert entry["StartupWMClass"] == "shipconsole"
    assert all(part for part in entry["Categories"].removesuffix(";").split(";"))
    assert "Version" not in entry


def test_the_window_names_the_menu_entry() -> None:
    source = (ROOT / "shipconsole" / "app.py").read_text(encoding="utf-8")
    assert f'"{DESKTOP_FILE.stem}"' in source


def test_version_changelog_and_metainfo_agree() -> None:
    component = ET.parse(METAINFO).getroot()
    newest = component.find("releases/release")
    assert newest is not None
    assert newest.get("version") == __version__ == packaging_script("freeze").VERSION
    assert re.search(rf"^## {re.escape(__version__)}\b", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert component.findtext("id") == DESKTOP_FILE.stem
    assert component.findtext("launchable") == DESKTOP_FILE.name


def test_the_package_lock_is_the_run_time_lock_with_the_packaging_tools() -> None:
    run_time, package = (
        {line.partition(" ;")[0].strip(" \\") for line in (ROOT / name).read_text(encoding="utf-8").splitlines()}
        for name in ("requirements.lock", "requirements-package.lock")
    )
    assert run_time - package == set()
    assert any(line.startswith("pyinstaller==") for line in package)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", False),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6/plugins/sqldrivers/qsqlite.dll", False),
        ("PySide6/Qt/translations/qtbase_de.qm", True),
        ("PySide6/Qt/translations/qtbase_fr.qm", False),
        ("PySide6/Qt/translations/qt_de.qm", False),
        ("PySide6/opengl32sw.dll", False),
        ("libstdc++.so.6", False),
        ("libX11.so.6", False),
        ("libxcb-cursor.so.0", True),
        ("libssl.so.3", True),
        ("shipconsole/store/sql/migrations/0001_first.sql", True),
    ],
)
def test_which_files_are_included_in_the_frozen_program(name: str, kept: bool) -> None:
    assert packaging_script("contents").is_kept(name) is kept


def test_unneeded_libraries_are_left_out() -> None:
    needs = {
        "/q/widgets": ["libQt6Gui.so.6"],
        "/q/libQt6Gui.so.6": ["libicu.so.73"],
        "/q/libQt6Pdf.so.6": ["libicu.so.73"],
    }
    binaries = [
        ("PySide6/QtWidgets.abi3.so", "/q/widgets", "EXTENSION"),
        ("PySide6/Qt/lib/libQt6Gui.so.6", "/q/libQt6Gui.so.6", "BINARY"),
        ("libQt6Gui.so.6", "PySide6/Qt/lib/libQt6Gui.so.6", "SYMLINK"),
        ("PySide6/Qt/lib/libQt6Pdf.so.6", "/q/libQt6Pdf.so.6", "BINARY"),
        ("libicu.so.73", "/q/libicu.so.73", "BINARY"),
    ]
    kept = packaging_script("contents").reachable(binaries, lambda file: needs.get(file, []))
    assert [entry for entry in binaries if entry not in kept] == [binaries[3]]


def test_a_frozen_folder_with_missing_or_forbidden_files_is_rejected(tmp_path: Path) -> None:
    bundle = tmp_path / "shipconsole"
    freeze = packaging_script("freeze")
    problems = freeze.problems
    for name in ("plugins/platforms/libqxcb.so", *(f"_internal{end}" for end in freeze.REQUIRED)):
        (bundle / name).parent.mkdir(parents=True)
        (bundle / name).touch()
    assert [*problems(bundle)] == []
    (bundle / "icuuc.dll").touch()
    assert [*problems(bundle)] == ["icuuc.dll belongs to the system"]
    shutil.rmtree(bundle / "_internal" / "resources")
    shutil.rmtree(bundle / "plugins")
    assert [*problems(bundle)] == [
        "icuuc.dll belongs to the system",
        "no platform plugin of Qt",
        "no file /resources/docs/shipping.md",
        "no file /resources/locale/de/shipconsole.po",
        "no file /resources/sounds/error.wav",
    ]


def test_the_frozen_program_has_every_language_of_the_program() -> None:
    required = packaging_script("freeze").REQUIRED
    for language in {*messages.LANGUAGES} - {messages.ENGLISH, messages.PSEUDO}:
        assert f"/resources/locale/{language}/shipconsole.po" in required
        assert f"/translations/qtbase_{language}.qm" in required
        assert f"qtbase_{language}.qm" in packaging_script("contents").QT_TEXTS


def test_the_frozen_program_has_every_folder_of_resources_that_it_reads() -> None:
    spec = (ROOT / "packaging" / "shipconsole.spec").read_text(encoding="utf-8")
    for folder in ("fonts", "icons", "locale", "sounds"):
        assert f'(str(ROOT / "resources" / "{folder}"), "shipconsole/resources/{folder}")' in spec
    assert '(str(ROOT / "docs"), "shipconsole/resources/docs")' in spec


def test_every_library_has_a_reviewed_license() -> None:
    notices = packaging_script("notices")
    parts = [*notices.libraries(ROOT / "requirements-package.lock")]
    assert {"pyside6-essentials", "keyring", "httpx", "psycopg", "psycopg-binary"} <= {part.name for part in parts}
    assert notices.unreviewed(parts) == []
    other = notices.Part("pypi", "other", "1", "GPL-3.0-only", "")
    assert notices.unreviewed([other]) == ["other: GPL-3.0-only"]
    text = notices.as_text(parts)
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "SIL OPEN FONT LICENSE" in text
    for part in parts:
        assert f"{part.name} {part.version}" in text
        assert part.text.strip(), part.name


def test_the_libraries_that_the_database_driver_carries_have_a_license() -> None:
    notices = packaging_script("notices")
    carried = Path(sysconfig.get_paths()["purelib"])
    parts = {part.name.partition(" ")[0]: part for part in notices.driver_libraries(carried)}
    assert {"libpq", "libssl"} <= parts.keys()
    assert parts["libpq"].license == "PostgreSQL"


def test_the_sbom_names_each_library_once_and_no_address() -> None:
    notices = packaging_script("notices")
    parts = [*notices.libraries(ROOT / "requirements.lock")]
    written = notices.as_cyclonedx(parts)
    assert "://" not in written
    document = json.loads(written)
    assert document["specVersion"] == "1.6"
    assert document["metadata"]["component"]["version"] == __version__
    urls = [component["purl"] for component in document["components"]]
    assert len(urls) == len(set(urls)) == len(parts)


def test_manual_page_and_completion_contain_every_command() -> None:
    pages = packaging_script("linux.help_pages")
    manual, completion = pages.manual(0), packaging_script("linux.completion")
    scripts = [completion.script(shell) for shell in (*completion.INSTALL_PATHS, "powershell")]
    names = [name for name, _, _ in pages.commands(parser())]
    assert len(names) > 10
    for name in names:
        assert f".SS {name}\n".replace("-", r"\-") in manual
        assert all(name in script for script in scripts)
    assert manual.startswith('.TH SHIPCONSOLE 1 "1970-01-01"')


# A command line, and the completion of its last word.
COMPLETED = [
    ("shipconsole doc", "doctor"),
    ("shipconsole ship --tr", "--tracking"),
    ("shipconsole --pr", "--profile"),
    ("shipconsole --profile . ship --all", "--all-left"),
]


def completion_script(shell: str, folder: Path) -> Path:
    """Write the completion script of a shell, under the name that the shell expects."""
    completion = packaging_script("linux.completion")
    path = completion.INSTALL_PATHS[shell]
    file = folder / path.name
    file.write_text(completion.scripts()[path], encoding="utf-8")
    return file


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@pytest.mark.parametrize(("typed", "offered"), [*COMPLETED, ("shipconsole orders --state par", "partly_shipped")])
def test_bash_completes(typed: str, offered: str, tmp_path: Path) -> None:
    file = completion_script("bash", tmp_path)
    words = typed.split()
    line = f"COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}"
    command = f"source {file}; {line}; _shtab_shipconsole; echo ${{COMPREPLY[*]}}"
    assert run(["bash", "-c", command], tmp_path).strip() == offered


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [*COMPLETED, ("shipconsole orders --state par", "partly_shipped"), ("shipconsole order x ", "")],
)
def test_fish_completes(typed: str, offered: str, tmp_path: Path) -> None:
    file = completion_script("fish", tmp_path)
    # fish completes only programs that exist.
    program = tmp_path / "shipconsole"
    program.touch(mode=0o755)
    command = f"set PATH {tmp_path} $PATH; source {file}; complete -C '{typed}'"
    output = run(["fish", "--no-config", "-c", command], tmp_path, HOME=str(tmp_path))
    assert output.partition("\t")[0].strip() == offered


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")
@pytest.mark.parametrize(("typed", "offered"), [*COMPLETED, ("shipconsole orders --state par", "partly_shipped")])
def test_zsh_completes_at_a_terminal(typed: str, offered: str, tmp_path: Path) -> None:
    completion_script("zsh", tmp_path)
    # The terminal redraws the line, so the completed line is written to a file.
    commands = f"""
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell 'fpath=({tmp_path} $fpath); autoload -U compinit; compinit -u -D'
        zpty -w shell 'fill_in() {{ zle complete-word; print -r -- "$BUFFER" > {tmp_path}/line; print comp"leted" }}'
        zpty -w shell 'zle -N fill_in; bindkey "^I" fill_in'
        zpty -w -n shell {shlex.quote(typed)}$'\t'
        zpty -r shell output '*completed*'
    """
    run(["zsh", "-f", "-c", commands], tmp_path, TERM="dumb")
    line = (tmp_path / "line").read_text(encoding="utf-8")
    assert line.strip() == typed.rpartition(" ")[0] + f" {offered}"


def test_the_debian_changelog_and_copyright() -> None:
    deb = packaging_script("linux.deb")
    changelog = deb.changelog_text("0.1.0", 0, "Sample <sample@example.org>")
    assert changelog.startswith("shipconsole (0.1.0) stable; urgency=medium\n\n  * ")
    assert changelog.endswith("\n -- Sample <sample@example.org>  Thu, 01 Jan 1970 00:00:00 +0000\n")
    assert max(map(len, changelog.splitlines())) <= 80
    granted = deb.copyright_text().rpartition("License: Expat\n")[2]
    assert granted.startswith(" Permission is hereby granted")
    assert all(line.startswith(" ") for line in granted.splitlines())
    assert [*deb.glibc_versions(b"..\0GLIBC_2.17\0GLIBC_2.35\0..")] == [(2, 17), (2, 35)]


def test_an_invalid_menu_entry_stops_the_build(tmp_path: Path) -> None:
    deb = packaging_script("linux.deb")
    if not (shutil.which("desktop-file-validate") and shutil.which("appstreamcli")):
        with pytest.raises(packaging_script("freeze").InvalidBuildError, match="is not installed"):
            deb.validate_menu_entry(tmp_path)
        return
    for file, folder in ((DESKTOP_FILE, "applications"), (METAINFO, "metainfo")):
        (tmp_path / "usr/share" / folder).mkdir(parents=True)
        shutil.copy(file, tmp_path / "usr/share" / folder)
    deb.validate_menu_entry(tmp_path)
    entry = tmp_path / "usr/share/applications" / DESKTOP_FILE.name
    entry.write_text(entry.read_text(encoding="utf-8").replace("Name=Shipconsole\n", ""), encoding="utf-8")
    with pytest.raises(packaging_script("freeze").InvalidBuildError, match="Name"):
        deb.validate_menu_entry(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="the package is tested on Linux")
def test_only_processes_below_the_tested_folder_are_killed(tmp_path: Path) -> None:
    sleep = shutil.which("sleep")
    assert sleep
    programs = [tmp_path / name / "sleep" for name in ("tested", "tested-not")]
    for program in programs:
        program.parent.mkdir()
        shutil.copy(sleep, program)
    inside, outside = (subprocess.Popen([program, "600"]) for program in programs)
    try:
        packaging_script("linux.machines").kill_processes_below(tmp_path / "tested")
        assert inside.wait(timeout=50) == -signal.SIGKILL
        assert outside.poll() is None
    finally:
        for process in (inside, outside):
            process.kill()
            process.wait()


def test_the_metainfo_has_screenshots_only_with_their_address() -> None:
    deb = packaging_script("linux.deb")
    assert ET.fromstring(deb.metainfo("")).find("screenshots") is None
    shown = ET.fromstring(deb.metainfo("https://example.org/pictures/"))
    images = [image.text or "" for image in shown.iter("image")]
    assert [image.rpartition("/")[0] for image in images] == ["https://example.org/pictures"] * 2
    assert all((ROOT / "resources" / "pictures" / image.rpartition("/")[2]).is_file() for image in images)


def test_icons_have_every_size_and_format(tmp_path: Path) -> None:
    icons = packaging_script("icons")
    icons.write_all(tmp_path)
    for size_px in icons.SIZES_PX:
        image = QImage(str(tmp_path / f"{size_px}x{size_px}.png"))
        assert (image.width(), image.height()) == (size_px, size_px)
        assert image.pixelColor(size_px // 2, size_px // 4).alpha() == 255
        assert image.pixelColor(0, 0).alpha() == 0
    held = (tmp_path / "shipconsole.ico").read_bytes()
    count = struct.unpack_from("<HHH", held)[2]
    ends = [sum(struct.unpack_from("<II", held, 6 + 16 * number + 8)) for number in range(count)]
    assert ends[-1] == len(held)
    apple = (tmp_path / "shipconsole.icns").read_bytes()
    assert apple[:4] == b"icns"
    assert struct.unpack_from(">I", apple, 4)[0] == len(apple)


@pytest.mark.skipif(sys.platform != "linux", reason="the archive is for Linux")
def test_the_archive_installs_replaces_an_older_version_and_is_removed(tmp_path: Path) -> None:
    tree, home = tmp_path / "tree", tmp_path / "home"
    for name in (
        "usr/lib/shipconsole/shipconsole",
        "usr/share/man/man1/shipconsole.1.gz",
        "usr/share/icons/hicolor/16x16/apps/shipconsole.png",
        "usr/share/doc/shipconsole/copyright",
        *(f"usr/share/{path.as_posix()}" for path in packaging_script("linux.completion").INSTALL_PATHS.values()),
    ):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("#!/bin/sh\necho installed\n", encoding="utf-8")
        (tree / name).chmod(0o755)
    for name, path in (
        ("*.desktop", "share/applications"),
        ("*.xml", "share/metainfo"),
        ("*.service", "lib/systemd/user"),
    ):
        (tree / "usr" / path).mkdir(parents=True)
        for file in LINUX.glob(name):
            shutil.copy(file, tree / "usr" / path)
    archive = packaging_script("linux.archive")
    inside = archive.unpack(archive.archive(tree, tmp_path, small=False), tmp_path / "unpacked")
    (home / "share" / "of-another-program").mkdir(parents=True)

    run([str(inside / "install.sh"), str(home)], tmp_path)
    (home / "lib" / "shipconsole" / "only-in-the-older-version").touch()
    run([str(inside / "install.sh"), str(home)], tmp_path)
    assert run([str(home / "bin" / "shipconsole")], tmp_path) == "installed\n"
    assert not (home / "lib" / "shipconsole" / "only-in-the-older-version").exists()
    # Below /usr/local and ~/.local, zsh reads only this folder.
    assert (home / "share" / "zsh" / "site-functions" / "_shipconsole").is_file()
    entry = (home / "share" / "applications" / DESKTOP_FILE.name).read_text(encoding="utf-8")
    assert f"Exec={home}/bin/shipconsole\n" in entry
    unit = (home / "share" / "systemd" / "user" / "shipconsole-serve.service").read_text(encoding="utf-8")
    assert f"ExecStart={home}/bin/shipconsole serve\n" in unit

    run([str(inside / "install.sh"), "--remove", str(home)], tmp_path)
    assert [path for path in home.rglob("*") if not path.is_dir()] == []
    assert (home / "share" / "of-another-program").is_dir()


def test_the_scripts_for_other_systems_name_existing_files() -> None:
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    named = {name.replace("\\", "/") for name in re.findall(r"packaging[\\/][\w\\/]+\.\w+", workflow)}
    assert named == {"packaging/macos/image.sh", "packaging/windows/shipconsole.nsi", "packaging/windows/sign.ps1"}
    assert all((ROOT / name).is_file() for name in named)
    granted = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    assert all(value is True for value in granted.values())
    info = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    # PySide6 6.11 supports macOS 13; shipconsole.spec sets the name, version, and icon.
    assert info["LSMinimumSystemVersion"] == "13.0"
    assert info["NSHighResolutionCapable"] is True
    assert not {"CFBundleIdentifier", "CFBundleShortVersionString", "CFBundleIconFile"} & info.keys()
    spec = (PACKAGING / "shipconsole.spec").read_text(encoding="utf-8")
    compile(spec, "shipconsole.spec", "exec")
    assert f'"{DESKTOP_FILE.stem}"' in spec


def test_the_public_ci_builds_all_three_systems_before_it_drafts_a_release() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))["jobs"]
    assert set(jobs["draft"]["needs"]) == {"debian", "windows", "macos"}
    assert all(jobs[name]["needs"] == "same-version" for name in jobs["draft"]["needs"])
    for job in jobs.values():
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step)
            if "run" in step and "windows" not in job["runs-on"]:
                # The workflow replaces ${{ }} before the shell runs.
                run(["bash", "-n", "-c", re.sub(r"\$\{\{.*?\}\}", "word", step["run"])], ROOT)


@pytest.mark.skipif(not shutil.which("makensis"), reason="makensis is not installed")
@pytest.mark.parametrize("signed", [False, True])
def test_the_installer_for_windows_compiles_without_warnings(tmp_path: Path, signed: bool) -> None:
    packaging_script("icons").write_all(tmp_path / "icons")
    bundle, out, seen = tmp_path / "bundle", tmp_path / "shipconsole.exe", tmp_path / "signed"
    (bundle / "_internal").mkdir(parents=True)
    (bundle / "shipconsolew.exe").write_bytes(b"")
    (tmp_path / "sign").write_text(f'#!/bin/sh\nhead -c 2 "$1" >> {seen}\n', encoding="utf-8")
    values = {"VERSION": __version__, "BUNDLE": bundle, "ICON": tmp_path / "icons" / "shipconsole.ico", "OUT": out}
    definitions = [f"-D{name}={value}" for name, value in values.items()]
    definitions += [f"-DSIGN=sh {tmp_path / 'sign'}"] if signed else []
    run(["makensis", "-V2", "-WX", *definitions, str(PACKAGING / "windows" / "shipconsole.nsi")], tmp_path)
    assert out.read_bytes()[:2] == b"MZ"
    # First the uninstaller, then the installer that contains it.
    assert (seen.read_bytes() if signed else b"MZMZ") == b"MZMZ"


def test_the_substitutes_for_wine_are_the_listed_ones_and_never_published() -> None:
    wine = packaging_script("windows.under_wine")
    assert {file.stem for file in (PACKAGING / "windows" / "under_wine").glob("*.c")} == wine.SUBSTITUTES.keys()
    for name in wine.SUBSTITUTES:
        assert packaging_script("freeze").SYSTEM_LIBRARIES.fullmatch(f"{name}.dll")


def test_the_program_accepts_the_signed_announcement(tmp_path: Path) -> None:
    announce = packaging_script("announce")
    key = announce.make_key(tmp_path / "private.pem")
    file = announce.announcement(key, page="https://example.org/shipconsole", text="More.", signed_at_s=5)
    announced = announcement.read(file, announce.public_text(key))
    assert announced == (__version__, "https://example.org/shipconsole", "More.", 5)
    with pytest.raises(announcement.AnnouncementError):
        announce.announcement(key, page="", text="w" * 1_000, signed_at_s=5)
    with pytest.raises(FileExistsError):
        announce.make_key(tmp_path / "private.pem")


@pytest.mark.parametrize("script", ["linux/install.sh", "macos/image.sh"])
def test_shell_scripts_are_well_formed(script: str) -> None:
    run(["sh", "-n", str(PACKAGING / script)], ROOT)
    if shutil.which("shellcheck"):
        run(["shellcheck", str(PACKAGING / script)], ROOT)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built from a copy, because the build writes into its folder."""
    copy, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for file in own_files():
        target = copy / name_of(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)], copy)
    (found,) = built.glob("*.whl")
    return found


def run(command: Sequence[str], folder: Path, **env: str) -> str:
    """Run a program that must succeed, and return its output."""
    ended = subprocess.run(
        command, cwd=folder, env={**os.environ, **env}, capture_output=True, text=True, check=False, timeout=300
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.heavy
def test_the_wheel_contains_code_sql_and_resources_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        held = {name for name in opened.namelist() if ".dist-info/" not in name}
    wanted = {name_of(file) for file in own_files() if file.is_relative_to(ROOT / "shipconsole")}
    resources = {f"shipconsole/{name_of(file)}" for file in own_files() if file.is_relative_to(ROOT / "resources")}
    docs = {f"shipconsole/resources/{name_of(file)}" for file in own_files() if file.is_relative_to(ROOT / "docs")}
    assert f"shipconsole/resources/docs/{FIRST}.md" in docs
    assert held == wanted | resources | docs
    assert any(name.endswith(".sql") and "/migrations/" in name for name in held)


@pytest.mark.heavy
def test_the_installed_wheel_runs_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "installed"
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    python, program = str(scripts / "python"), str(scripts / "shipconsole")
    # The libraries are those of this environment, without the checkout.
    libraries = sysconfig.get_path("purelib")
    run(
        [python, "-m", "pip", "install", "--no-index", "--no-deps", "--quiet", str(wheel)],
        tmp_path,
        PYTHONPATH=libraries,
    )

    assert run([program, "--version"], tmp_path, PYTHONPATH=libraries) == f"shipconsole {__version__}\n"
    where = [python, "-c", "import shipconsole; print(shipconsole.__file__)"]
    assert Path(run(where, tmp_path, PYTHONPATH=libraries).strip()).is_relative_to(home)
    listed = run([program, "--profile", str(tmp_path / "profile"), "orders", "--json"], tmp_path, PYTHONPATH=libraries)
    assert json.loads(listed) == []
    assert (tmp_path / "profile" / "shipconsole.db").is_file()
    icon = [
        python,
        "-c",
        "from shipconsole.station.resources import *; page_file('cli'); print(resource('icons/shipconsole.svg'))",
    ]
    assert Path(run(icon, tmp_path, PYTHONPATH=libraries).strip()).is_relative_to(home)
