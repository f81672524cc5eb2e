; The installer for Windows, of the frozen folder. Needs NSIS 3:
;   makensis -WX -DVERSION=0.1.0 -DBUNDLE=build\frozen\shipconsole -DICON=build\icons\shipconsole.ico -DOUT=dist\x.exe shipconsole.nsi
; With -DSIGN=COMMAND, the command signs the installer and the uninstaller; it gets the file as its last argument.
;
; It asks no questions and installs for the current user, or with /ALLUSERS, run by an administrator, for all users. An
; installed version is replaced in its folder. Orders, settings, and API keys are never touched.
;   /S  show nothing on the screen.   /D=FOLDER  another folder; must be the last option.
; Exit codes: 0 done, 2 aborted, 3 a newer version is installed, 5 administrator required, 6 Shipconsole is open.
Unicode true
Target amd64-unicode
ManifestSupportedOS all
!include "FileFunc.nsh"
!include "LogicLib.nsh"
!include "MUI2.nsh"
!include "WordFunc.nsh"

Name "Shipconsole"
BrandingText "Shipconsole ${VERSION}"
OutFile "${OUT}"
InstallDir ""
; Windows asks administrators for confirmation, and no other user.
RequestExecutionLevel highest
SetCompressor /SOLID lzma
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define OWN_KEY "Software\Shipconsole"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Shipconsole"
!ifdef SIGN
    !uninstfinalize '${SIGN} "%1"'
    !finalize '${SIGN} "%1"'
!endif

!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_TITLE "Shipconsole ${VERSION} is installed"
!define MUI_FINISHPAGE_TEXT "Open it from the Start menu."
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Shipconsole"
VIAddVersionKey "FileDescription" "Shipconsole installer"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "The Shipconsole authors, MIT"

; Show a message and exit with a code, which matters if there is no screen.
!macro EndWith CODE MESSAGE
    MessageBox MB_OK|MB_ICONEXCLAMATION "${MESSAGE}" /SD IDOK
    SetErrorLevel ${CODE}
    Quit
!macroend

; Windows locks the file of a running program.
!macro EndWhereOpen PROGRAM
    ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
        ClearErrors
        FileOpen $0 "$INSTDIR\${PROGRAM}" a
        ${If} ${Errors}
            !insertmacro EndWith 6 "Shipconsole is open. Close it and try again. Nothing was changed."
        ${EndIf}
        FileClose $0
    ${EndIf}
!macroend

!macro RemoveProgram
    RMDir /r "$INSTDIR\_internal"
    Delete "$INSTDIR\shipconsole.exe"
    Delete "$INSTDIR\shipconsolew.exe"
    Delete "$INSTDIR\shipconsole.completion.ps1"
    Delete "$INSTDIR\LICENSE.txt"
    Delete "$INSTDIR\THIRD-PARTY.txt"
!macroend

Function .onInit
    SetRegView 64
    ${GetParameters} $R0
    ClearErrors
    ${GetOptions} $R0 "/ALLUSERS" $R1
    ${IfNot} ${Errors}
        StrCpy $R2 "all"
    ${Else}
        StrCpy $R2 "current"
        ReadRegStr $R3 HKCU "${OWN_KEY}" "InstallDir"
        ReadRegStr $R4 HKLM "${OWN_KEY}" "InstallDir"
        ClearErrors
        ${GetOptions} $R0 "/CURRENTUSER" $R1
        ${If} ${Errors}
        ${AndIf} $R3 == ""
        ${AndIf} $R4 != ""
            StrCpy $R2 "all"
        ${EndIf}
    ${EndIf}
    ${If} $R2 == "all"
        UserInfo::GetAccountType
        Pop $R1
        ${If} $R1 != "Admin"
            !insertmacro EndWith 5 "Only an administrator can install Shipconsole for all users of this computer."
        ${EndIf}
        SetShellVarContext all
        StrCpy $R5 "$PROGRAMFILES64\Shipconsole"
    ${Else}
        SetShellVarContext current
        ; The user's profile is in $LOCALAPPDATA\Shipconsole.
        StrCpy $R5 "$LOCALAPPDATA\Programs\Shipconsole"
    ${EndIf}
    ReadRegStr $R3 SHCTX "${OWN_KEY}" "InstallDir"
    ${If} $INSTDIR == ""
        StrCpy $INSTDIR $R3
    ${EndIf}
    ${If} $INSTDIR == ""
        StrCpy $INSTDIR $R5
    ${EndIf}
    ReadRegStr $R3 SHCTX "${UNINSTALL_KEY}" "DisplayVersion"
    ${If} $R3 != ""
        ${VersionCompare} $R3 "${VERSION}" $R4
        ${If} $R4 == 1
            !insertmacro EndWith 3 "Shipconsole $R3 is installed and is newer than ${VERSION}. Nothing was changed."
        ${EndIf}
    ${EndIf}
    !insertmacro EndWhereOpen "shipconsole.exe"
    !insertmacro EndWhereOpen "shipconsolew.exe"
FunctionEnd

Section "Shipconsole"
    SetRegView 64
    ; No library of the older version may be left beside those of the new one.
    !insertmacro RemoveProgram
    SetOutPath "$INSTDIR"
    File /r "${BUNDLE}\*.*"
    WriteUninstaller "$INSTDIR\uninstall.exe"
    CreateShortcut "$SMPROGRAMS\Shipconsole.lnk" "$INSTDIR\shipconsolew.exe"
    WriteRegStr SHCTX "${OWN_KEY}" "InstallDir" "$INSTDIR"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "Shipconsole"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\shipconsolew.exe"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "Publisher" "The Shipconsole authors"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
    WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" $0
    WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
    WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1
SectionEnd

Function un.onInit
    SetRegView 64
    SetShellVarContext current
    ReadRegStr $R3 HKCU "${OWN_KEY}" "InstallDir"
    ${If} $R3 != $INSTDIR
        UserInfo::GetAccountType
        Pop $R1
        ${If} $R1 != "Admin"
            !insertmacro EndWith 5 "Shipconsole is installed for all users. Only an administrator can remove it."
        ${EndIf}
        SetShellVarContext all
    ${EndIf}
    !insertmacro EndWhereOpen "shipconsole.exe"
    !insertmacro EndWhereOpen "shipconsolew.exe"
FunctionEnd

Section "Uninstall"
    SetRegView 64
    !insertmacro RemoveProgram
    Delete "$INSTDIR\uninstall.exe"
    ; Only if the folder is empty: other files in it are kept.
    RMDir "$INSTDIR"
    Delete "$SMPROGRAMS\Shipconsole.lnk"
    DeleteRegKey SHCTX "${UNINSTALL_KEY}"
    DeleteRegKey SHCTX "${OWN_KEY}"
SectionEnd
