#!/bin/sh
# Installs Shipconsole for the current user in ~/.local or in another folder, or removes it.
#   ./install.sh [FOLDER]            install, or replace an older version
#   ./install.sh --remove [FOLDER]   remove the program; orders, settings, and API keys are kept
set -eu
here=$(cd "$(dirname "$0")" && pwd)
remove=
if [ "${1:-}" = --remove ]; then
    remove=yes
    shift
fi
folder=${1:-$HOME/.local}
case $folder in
    /*) ;;
    *) folder=$PWD/$folder ;;
esac

rm -rf "$folder/lib/shipconsole"
rm -f "$folder/bin/shipconsole" "$folder/share/applications/io.shipconsole.Shipconsole.desktop" \
    "$folder/share/metainfo/io.shipconsole.Shipconsole.metainfo.xml" "$folder/share/man/man1/shipconsole.1.gz" \
    "$folder/share/bash-completion/completions/shipconsole" "$folder/share/zsh/site-functions/_shipconsole" \
    "$folder/share/fish/vendor_completions.d/shipconsole.fish" "$folder/share/systemd/user/shipconsole-serve.service" \
    "$folder"/share/icons/hicolor/*/apps/shipconsole.png "$folder"/share/icons/hicolor/*/apps/shipconsole.svg
rm -rf "$folder/share/doc/shipconsole"
if [ -n "$remove" ]; then
    echo "Shipconsole was removed from $folder. Your orders, settings, and API keys were kept."
    exit 0
fi

mkdir -p "$folder/bin" "$folder/lib" "$folder/share"
cp -R "$here/usr/lib/shipconsole" "$folder/lib/"
cp -R "$here/usr/share/." "$folder/share/"
if [ -d "$folder/share/zsh/vendor-completions" ]; then
    # Only Debian's zsh reads that folder, and only below /usr.
    mkdir -p "$folder/share/zsh/site-functions"
    mv "$folder/share/zsh/vendor-completions/_shipconsole" "$folder/share/zsh/site-functions/"
    rmdir "$folder/share/zsh/vendor-completions" 2>/dev/null || true
fi
if [ -d "$here/usr/lib/systemd/user" ]; then
    mkdir -p "$folder/share/systemd/user"
    cp -R "$here/usr/lib/systemd/user/." "$folder/share/systemd/user/"
    sed -i "s|^ExecStart=shipconsole|ExecStart=$folder/bin/shipconsole|" \
        "$folder/share/systemd/user/shipconsole-serve.service"
fi
ln -sf ../lib/shipconsole/shipconsole "$folder/bin/shipconsole"
# Desktop menus do not search every folder for programs.
sed -i "s|^Exec=shipconsole|Exec=$folder/bin/shipconsole|" \
    "$folder/share/applications/io.shipconsole.Shipconsole.desktop"
echo "Shipconsole was installed: $folder/bin/shipconsole"
