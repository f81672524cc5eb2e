/* Stands in for Windows' color profiles, which Wine lacks: there are none. For trying only. */
#include <windows.h>

#define SHARED __declspec(dllexport)

SHARED HANDLE WINAPI OpenColorProfileW(void *profile, DWORD access, DWORD share, DWORD create) {
    SetLastError(ERROR_FILE_NOT_FOUND);
    return 0;
}
SHARED HANDLE WINAPI WcsCreateIccProfile(HANDLE profile, DWORD options) { return 0; }
SHARED BOOL WINAPI GetColorProfileFromHandle(HANDLE profile, BYTE *bytes, DWORD *size) { return FALSE; }
SHARED BOOL WINAPI CloseColorProfile(HANDLE profile) { return TRUE; }
