# banned.awk - calls of functions that -v table=FILE bans.
BEGIN {
    while ((getline line < table) > 0) {
        if (line ~ /^(#|$)/)
            continue
        name = line
        sub(/ .*/, "", name)
        sub(/^[^ ]+ +/, "", line)
        instead[name] = line
        names = names (names == "" ? "" : "|") name
    }
    if (names == "")
        exit 2
    call = "(^|[^A-Za-z0-9_.>])(" names ")[ \t]*[(]"
}

# The line without comments, strings and characters.
function code_of(line,    kept, mark, end) {
    while (line != "") {
        if (in_comment) {
            if (!(end = index(line, "*/")))
                return kept
            line = substr(line, end + 2)
            in_comment = 0
        }
        if (!match(line, /\/\*|\/\/|["\047]/))
            return kept line
        mark = substr(line, RSTART, RLENGTH)
        kept = kept substr(line, 1, RSTART - 1) " "
        line = substr(line, RSTART + RLENGTH)
        if (mark == "//")
            return kept
        if (mark == "/*")
            in_comment = 1
        else if (match(line, "^([^" mark "\\\\]|\\\\.)*" mark))
            line = substr(line, RLENGTH + 1)
    }
    return kept
}

FNR == 1 { in_comment = 0 }
{
    code = code_of($0)
    while (match(code, call)) {
        name = substr(code, RSTART, RLENGTH)
        gsub(/[^A-Za-z0-9_]/, "", name)
        printf "%s:%d: banned: %s; instead: %s\n",
               FILENAME, FNR, name, instead[name]
        code = substr(code, RSTART + RLENGTH)
    }
}
