#!/bin/sh
# Makes the disk image for macOS from the frozen Shipconsole.app. Runs on a Mac only.
#   packaging/macos/image.sh build/frozen/Shipconsole.app dist/Shipconsole.dmg
# With SIGN_AS (the name of a Developer ID, also set while freezing), the image is signed; with NOTARY_PROFILE
# (`xcrun notarytool store-credentials`), it is notarized as well. Otherwise it is signed for this Mac only, and its name
# ends with "unsigned". The last line of the output is the path of the image.
set -eu
app=$1
image=$2
entitlements=$(dirname "$0")/entitlements.plist
# The libraries were signed while freezing; this signs the bundle with the licenses that were added later.
if [ -n "${SIGN_AS:-}" ]; then
    codesign --force --timestamp --options runtime --entitlements "$entitlements" --sign "$SIGN_AS" "$app"
else
    codesign --force --sign - "$app"
    image=${image%.dmg}-unsigned.dmg
fi
codesign --verify --deep --strict "$app"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -R "$app" "$folder/"
ln -s /Applications "$folder/Applications"
# Sometimes the system still uses the folder: "Resource busy".
for attempt in 1 2 3 4 5; do
    hdiutil create -volname Shipconsole -srcfolder "$folder" -ov -format UDZO "$image" && break
    [ "$attempt" = 5 ] && exit 1
    sleep 5
done
if [ -n "${SIGN_AS:-}" ]; then
    codesign --timestamp --sign "$SIGN_AS" "$image"
    if [ -n "${NOTARY_PROFILE:-}" ]; then
        xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
        xcrun stapler staple "$image"
    fi
fi
echo "$image"
