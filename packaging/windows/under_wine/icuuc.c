/* Stands in for Windows' ICU, which Wine lacks: no converter opens, so Qt takes its own. For trying only. */
#define SHARED __declspec(dllexport)
#define CANNOT_OPEN 4 /* U_FILE_ACCESS_ERROR */

static void *fail(int *error) {
    if (error)
        *error = CANNOT_OPEN;
    return 0;
}

SHARED void *ucnv_open(const char *name, int *error) { return fail(error); }
SHARED const char *ucnv_getName(const void *converter, int *error) { return fail(error); }
SHARED const char *ucnv_getStandardName(const char *name, const char *standard, int *error) { return fail(error); }
SHARED const char *ucnv_getAvailableName(int number) { return 0; }
SHARED int ucnv_countAvailable(void) { return 0; }
SHARED signed char ucnv_getMaxCharSize(const void *converter) { return 4; }
SHARED int ucnv_toUCountPending(const void *converter, int *error) { return 0; }
SHARED int ucnv_fromUCountPending(const void *converter, int *error) { return 0; }
SHARED void ucnv_close(void *converter) {}
SHARED void ucnv_reset(void *converter) {}
SHARED void ucnv_toUnicode(void) {}
SHARED void ucnv_fromUnicode(void) {}
SHARED void ucnv_getToUCallBack(void) {}
SHARED void ucnv_getFromUCallBack(void) {}
SHARED void ucnv_setToUCallBack(void) {}
SHARED void ucnv_setFromUCallBack(void) {}
SHARED void ucnv_cbToUWriteUChars(void) {}
SHARED void ucnv_cbFromUWriteUChars(void) {}
SHARED void UCNV_TO_U_CALLBACK_SUBSTITUTE(void) {}
SHARED void UCNV_FROM_U_CALLBACK_SUBSTITUTE(void) {}
