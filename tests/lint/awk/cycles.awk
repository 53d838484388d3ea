# cycles.awk - the shortest circle through each file that is in one.
#
# Reads "symbol PATH.o: NAME TYPE ..." of every symbol of every object, as nm
# prints them, and "include FILE FILE". A row of the table is the start of the
# names of objects that count as one.

BEGIN {
    while ((getline row < table) > 0)
        if (row !~ /^#/ && split(row, word, " ") > 0)
            families[++family_count] = word[1]
}

# Of /any/where/core/base/a.o it is core/base/a; of other places nothing.
function module_of(path,    found) {
    sub(/\.o:?$/, "", path)
    while (match(path, /\/(core|server)\//)) {
        path = substr(path, RSTART + 1)
        found = 1
    }
    return found ? path : ""
}

function family_of(module,    i) {
    for (i = 1; i <= family_count; i++)
        if (index(module, families[i]) == 1)
            return families[i]
    return module
}

$1 == "symbol" && $4 == "U" { wanted[++wanted_count] = $2 " " $3 }
$1 == "symbol" && $4 ~ /^[TDBRVWiu]$/ { home[$3] = module_of($2) }
$1 == "include" { need($2, $3, $2, $3) }

# `file` is where `what` stands, for which `from` needs `to`.
function need(from, to, file, what) {
    if (from == to || (from, to) in place)
        return
    place[from, to] = file
    reason[from, to] = what
    targets[from] = targets[from] " " to
    sources[to] = sources[to] " " from
    nodes[from] = nodes[to] = 1
}

function has_any(list,    word, i, count) {
    count = split(list, word, " ")
    for (i = 1; i <= count; i++)
        if (word[i] in nodes)
            return 1
    return 0
}

# Drop what cannot be in a circle: nothing left needs it, or it needs nothing
# that is left.
function drop_loose(    node, changed) {
    do {
        changed = 0
        for (node in nodes)
            if (!has_any(targets[node]) || !has_any(sources[node])) {
                delete nodes[node]
                changed = 1
            }
    } while (changed)
}

# Walk in width from `start` until it is met again: before[] tells the way.
# Returns the last file of the way, or nothing.
function walk(start,    queue, head, tail, list, count, i) {
    split("", before)
    queue[tail = 1] = start
    for (head = 1; head <= tail; head++) {
        count = split(targets[queue[head]], list, " ")
        for (i = 1; i <= count; i++) {
            if (list[i] == start)
                return queue[head]
            if (list[i] in nodes && !(list[i] in before)) {
                before[list[i]] = queue[head]
                queue[++tail] = list[i]
            }
        }
    }
    return ""
}

# The first line of a file that has the word, or 1.
function line_of(file, word,    line, number, found) {
    while ((getline line < file) > 0 && !found) {
        number++
        if (index(" " line " ", word) &&
            (" " line " ") ~ ("[^A-Za-z0-9_]" word "[^A-Za-z0-9_]"))
            found = number
    }
    close(file)
    return found ? found : 1
}

# The circle that begins at `start` and whose last file is `last`.
function tell(start, last,    way, count, node, i, text, after) {
    for (node = last; node != start; node = before[node])
        way[++count] = node
    way[++count] = start
    text = start
    for (i = count; i >= 1; i--) {
        told[way[i]]
        after = i > 1 ? way[i - 1] : start
        text = text (i < count ? ", which needs " : " needs ") after
        if (reason[way[i], after] != after) # a symbol
            text = text " (" reason[way[i], after] ")"
    }
    after = count > 1 ? way[count - 1] : start
    print place[start, after] ":" \
        line_of(place[start, after], reason[start, after]) ": cycles: " text
}

END {
    for (w = 1; w <= wanted_count; w++) {
        split(wanted[w], word, " ")
        module = module_of(word[1])
        if (module != "" && home[word[2]] != "")
            need(family_of(module), family_of(home[word[2]]), module ".c", \
                word[2])
    }
    drop_loose()
    for (node in nodes) { # in order of name
        for (i = ++sorted; i > 1 && order[i - 1] > node; i--)
            order[i] = order[i - 1]
        order[i] = node
    }
    for (n = 1; n <= sorted; n++)
        if (!(order[n] in told) && (last = walk(order[n])) != "")
            tell(order[n], last)
}
