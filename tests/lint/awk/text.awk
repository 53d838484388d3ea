# text.awk - how a C file reads, line by line.
BEGIN {
    COLUMNS_MAX = 80
    FUNCTION_LINES_MAX = 80
    FILE_LINES_MAX = 600
    generated["core/base/decimal_table.c"]
    generated["server/json/number_table.c"]
    generated["server/json/number_table.h"]
}
function say(line, rule, what) {
    printf "%s:%d: %s: %s\n", file, line, rule, what
}

# Characters, not bytes: the bytes 80 to BF go on with a character.
function columns(line) {
    gsub(/[\200-\277]/, "", line)
    return length(line)
}
function end_file() {
    if (!named)
        say(1, "name", "the first words are not \"/* " base " - \"")
    if (lines > FILE_LINES_MAX && !(file in generated))
        say(lines, "long-file", lines " lines, at most " FILE_LINES_MAX)
}

FNR == 1 {
    if (file != "")
        end_file()
    file = base = FILENAME
    sub(/.*\//, "", base)
    named = opened = 0
}
FNR == 1 && index($0, "/* " base " - ") == 1 { named = 1 }
FNR == 1 { bare = $0 == "/*" }
FNR == 2 && bare && index($0, " * " base " - ") == 1 { named = 1 }
{ lines = FNR }

columns($0) > COLUMNS_MAX && !(file in generated) {
    say(FNR, "columns", columns($0) " columns, at most " COLUMNS_MAX)
}
/\t/ { say(FNR, "tab", "a tab") }
/[ \t\r]$/ { say(FNR, "blank", "the line ends with a blank") }
/(^|[^A-Za-z0-9_])(TODO|FIXME|XXX)([^A-Za-z0-9_]|$)/ {
    say(FNR, "later", "a note of what is still to do")
}

# A function of ours opens and closes with a brace in the first column.
/^[{]$/ { opened = FNR }
/^[}]/ && opened {
    if (FNR - opened + 1 > FUNCTION_LINES_MAX)
        say(opened, "long-function",
            FNR - opened + 1 " lines, at most " FUNCTION_LINES_MAX)
    opened = 0
}
END { if (file != "") end_file() }
