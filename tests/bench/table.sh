# table.sh - what the benchmarks share: samples in $folder, rows of one table.
#
# Read by run and optimizers, which set $folder.
# shellcheck shell=bash
: "${folder:?}"
rounds=${BENCH_ROUNDS:-5}

die() {
    echo "bench: $*" >&2
    exit 1
}

sample() {
    echo "$2" >>"$folder/samples/$1"
}

median() {
    sort -g "$folder/samples/$1" |
        awk '{ v[NR] = $1 }
            END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

# range OURS PEER: of the rounds' ratios, least to greatest
range() {
    paste "$folder/samples/$1" "$folder/samples/$2" |
        awk '{ print $1 / $2 }' | sort -g |
        awk 'NR == 1 { least = $1 }
            END {
                form = $1 >= 100 ? "%.0f-%.0f" : "%.2f-%.2f"
                printf form, least, $1
            }'
}

# row NAME UNIT OURS PEER WHAT TARGET: OURS and PEER name samples, PEER is -
# where there is none; WHAT is the figure the target is for: ratio, or ours;
# TARGET is >=N or <N, or -
row() {
    local ours peer=- range=-
    ours=$(median "$3")
    [ "$4" = - ] || { peer=$(median "$4") && range=$(range "$3" "$4"); }
    awk -v name="$1" -v unit="$2" -v ours="$ours" -v peer="$peer" \
        -v range="$range" -v what="$5" -v target="$6" '
        function show(v) {
            return sprintf(v >= 1e6 ? "%.3g" : v >= 1000 ? "%.0f" : "%.2f", v)
        }
        function is_met(v) {
            if (target ~ /^>=/)
                return v >= substr(target, 3) + 0
            return v < substr(target, 2) + 0
        }
        BEGIN {
            ratio = peer == "-" ? "-" : show(ours / peer)
            met = is_met(what == "ratio" ? ours / peer : ours) ? "yes" : "no"
            printf "%-22s %-5s %8s %8s %6s %11s %13s  %s\n", name, unit,
                show(ours), peer == "-" ? "-" : show(peer), ratio, range,
                target == "-" ? "-" : what " " target, target == "-" ? "-" : met
        }' >>"$folder/rows"
}

# row_absent NAME WHY: where there is nothing to measure, or to measure by
row_absent() {
    printf '%-22s %s\n' "$1" "$2" >>"$folder/rows"
}

print_table() {
    echo "medians of $rounds interleaved runs on $(nproc) cores; ratio is" \
        "ours / peer, rounds its least and greatest"
    printf '%-22s %-5s %8s %8s %6s %11s %13s  %s\n' \
        name unit ours peer ratio rounds target met
    cat "$folder/rows"
}
