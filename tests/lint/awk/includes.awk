# includes.awk - the #include lines of C files against the tables.
# -v tables=FOLDER holds the tables folders, libraries and pure.
function say(rule, what) {
    printf "%s:%d: %s: %s\n", FILENAME, FNR, rule, what
}
function starts(text, prefix) { return index(text, prefix) == 1 }

# Reads the rows of a table into rows[1..n]; returns n.
function read_table(name, rows,    file, line, n) {
    file = tables "/" name
    while ((getline line < file) > 0)
        if (line !~ /^(#|$)/)
            rows[++n] = line
    if (n == 0) {
        print "includes: cannot read " file > "/dev/stderr"
        exit 2
    }
    return n
}
BEGIN {
    folders = read_table("folders", folder)
    libraries = read_table("libraries", library)
    pures = read_table("pure", pure)
}

# May the file include the header of the project? The first row decides.
function may_include(file, header,    i, k, n, word) {
    for (i = 1; i <= folders; i++) {
        n = split(folder[i], word)
        if (!starts(file, word[1]))
            continue
        for (k = 2; k <= n; k++)
            if (word[k] == "*" || starts(header, word[k]))
                return 1
        return 0
    }
    return 0
}

# The owner of the library that a header belongs to, or "".
function owner_of(header,    i, word) {
    for (i = 1; i <= libraries; i++) {
        split(library[i], word)
        if (word[4] != "-" && starts(header, word[3]))
            return word[4]
    }
    return ""
}
function is_pure(file, header,    i, word) {
    for (i = 1; i <= pures; i++) {
        split(pure[i], word)
        if (header == word[1] && starts(file, word[2]))
            return 1
    }
    return 0
}

/^[ \t]*#[ \t]*include/ {
    if (!match($0, /["<][^">]+[">]/)) {
        say("folders", "the included header is not named plainly")
        next
    }
    header = substr($0, RSTART + 1, RLENGTH - 2)
    quoted = substr($0, RSTART, 1) == "\""
    if (quoted || header ~ /^(core|server|tests)\//) {
        if (!may_include(FILENAME, header))
            say("folders", "must not include " header)
        next
    }
    owner = owner_of(header)
    if (owner != "" && !starts(FILENAME, owner) && FILENAME !~ /^tests\//)
        say("owner", "<" header "> belongs to " owner)
    else if (owner == "" && FILENAME ~ /^core\// && !is_pure(FILENAME, header))
        say("pure", "core does without <" header ">")
}
