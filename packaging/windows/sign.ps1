# Signs one file for Windows. Needs the Windows SDK, and in the environment:
#   SIGN_CERTIFICATE  the certificate with its private key, a .pfx file
#   SIGN_PASSWORD     its password
#   SIGN_TIMESTAMPS   the address of a timestamp service (RFC 3161)
param([Parameter(Mandatory)][string]$File)
$ErrorActionPreference = "Stop"
$tools = Get-ChildItem "${env:ProgramFiles(x86)}\Windows Kits\10\bin\*\x64\signtool.exe" | Sort-Object FullName
& $tools[-1].FullName sign /fd sha256 /td sha256 /tr $env:SIGN_TIMESTAMPS /f $env:SIGN_CERTIFICATE /p $env:SIGN_PASSWORD $File
exit $LASTEXITCODE
