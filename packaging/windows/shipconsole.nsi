; The installer for Windows, of the frozen folder. Needs NSIS 3:
;   makensis -WX -DVERSION=0.1.0 -DBUNDLE=build\frozen\shipconsole -DICON=build\icons\shipconsole.ico -DOUT=dist\x.exe shipconsole.nsi
; It installs for everybody of the computer and asks for an administrator. Orders, settings and keys are never touched.
Unicode true
Target amd64-unicode
!include "MUI2.nsh"

Name "Shipconsole"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\Shipconsole"
InstallDirRegKey HKLM "Software\Shipconsole" "InstallDir"
RequestExecutionLevel admin
SetCompressor /SOLID lzma
!define MUI_ICON "${ICON}"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Shipconsole"

!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Shipconsole"
VIAddVersionKey "FileDescription" "Shipconsole installer"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "The Shipconsole authors, MIT"

Section "Shipconsole"
    SetRegView 64
    ; A library of the older version must not be found beside those of the new one.
    RMDir /r "$INSTDIR\_internal"
    SetOutPath "$INSTDIR"
    File /r "${BUNDLE}\*.*"
    CreateShortcut "$SMPROGRAMS\Shipconsole.lnk" "$INSTDIR\shipconsole.exe"
    WriteUninstaller "$INSTDIR\uninstall.exe"
    WriteRegStr HKLM "Software\Shipconsole" "InstallDir" "$INSTDIR"
    WriteRegStr HKLM "${UNINSTALL}" "DisplayName" "Shipconsole"
    WriteRegStr HKLM "${UNINSTALL}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKLM "${UNINSTALL}" "DisplayIcon" "$INSTDIR\shipconsole.exe"
    WriteRegStr HKLM "${UNINSTALL}" "Publisher" "The Shipconsole authors"
    WriteRegStr HKLM "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKLM "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKLM "${UNINSTALL}" "NoModify" 1
    WriteRegDWORD HKLM "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section "Uninstall"
    SetRegView 64
    SetShellVarContext all
    RMDir /r "$INSTDIR\_internal"
    Delete "$INSTDIR\shipconsole.exe"
    Delete "$INSTDIR\uninstall.exe"
    ; Not with what somebody else put there.
    RMDir "$INSTDIR"
    Delete "$SMPROGRAMS\Shipconsole.lnk"
    DeleteRegKey HKLM "${UNINSTALL}"
    DeleteRegKey HKLM "Software\Shipconsole"
SectionEnd

Function .onInit
    SetRegView 64
    SetShellVarContext all
FunctionEnd
