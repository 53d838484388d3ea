/* another.h - names another file. */
