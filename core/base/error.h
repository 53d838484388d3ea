/* error.h - the one list of errors: each a value, a name and a sentence. */
#ifndef CORE_BASE_ERROR_H
#define CORE_BASE_ERROR_H

/*     value          name           sentence */
#define ERROR_TABLE(ROW)                                                      \
    ROW(OK,           "ok",          "no error")                              \
    ROW(ERR_MEMORY,   "memory",      "out of memory")                         \
    ROW(ERR_INVALID,  "invalid",     "the input is not valid")                \
    ROW(ERR_TOO_BIG,  "too_big",     "the input is larger than its limit")    \
    ROW(ERR_MISSING,  "missing",     "there is no such thing")                \
    ROW(ERR_CONFLICT, "conflict",    "the present state does not allow it")   \
    ROW(ERR_FULL,     "full",        "a queue is full")                       \
    ROW(ERR_CLOSING,  "closing",     "the server is shutting down")           \
    ROW(ERR_IN_USE,   "in_use",      "another process uses the database")     \
    ROW(ERR_NEWER,    "newer",       "the database is newer than this program")\
    ROW(ERR_CORRUPT,  "corrupt",     "the database is damaged")               \
    ROW(ERR_DISK,     "disk_full",   "the disk is full")                      \
    ROW(ERR_READ_ONLY, "read_only",  "the database cannot be written")       \
    ROW(ERR_STORAGE,  "storage",     "the database failed")                   \
    ROW(ERR_SYSTEM,   "system",      "the operating system refused")

enum error {
#define ROW(value, name, sentence) value,
    ERROR_TABLE(ROW)
#undef ROW
    ERRORS
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* Return from the calling function with the error of `call`, if it has one. */
#define TRY(call)                                                             \
    do {                                                                      \
        enum error try_error_ = (call);                                       \
        if (try_error_ != OK)                                                 \
            return try_error_;                                                \
    } while (0)

/* The error's stable name, as it stands in logs: "disk_full". */
const char *error_name(enum error error);

/* The error as a sentence for people, without a capital or a full stop. */
const char *error_sentence(enum error error);

#endif
