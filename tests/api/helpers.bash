# helpers.bash - a server for a file or a test, requests, and looking at what
# came back. Loaded by every file here; tests/api/run sets $descentd.

bats_load_library bats-support
bats_load_library bats-assert

PATIENCE_S=20 # for what must happen at last; nothing is timed

# Where this test, or outside of one this file, keeps its things.
place=${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}

# eventually COMMAND...: until it succeeds; fails when patience is over.
eventually() {
    local deadline=$((SECONDS + PATIENCE_S))
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.05
    done
}

# ---- the server --------------------------------------------------------------

# start_server [OPTION...]: on a free port and the database of this place.
# Sets url, log, database and server (its pid).
start_server() {
    database=$place/jobs.db log=$place/log
    rm -f "$place/status" "$place/pid"
    : >"$log"
    {
        "$descentd" serve --listen 127.0.0.1:0 --store "$database" "$@" \
            2>"$log" &
        echo $! >"$place/pid"
        echo $! >>"$servers"
        if wait $!; then echo 0; else echo $?; fi >"$place/status"
    } >/dev/null 3>&- &
    eventually grep -qs 'event=started' "$log" || fail "no start: $(<"$log")"
    url=$(sed -n 's/.*event=started url=\([^ ]*\).*/\1/p' "$log")
    server=$(<"$place/pid")
    export url log database server
}

server_has_ended() {
    [ -s "$place/status" ]
}

# SIGTERM, and an end without complaint (of a sanitizer, for one).
stop_server() {
    kill -TERM "$server"
    eventually server_has_ended ||
        { kill_server; fail "the server does not stop"; }
    assert_equal "$(<"$place/status")" 0 || fail "$(tail -40 "$log")"
}

# kill -9: no chance to say good-bye.
kill_server() {
    [ -s "$place/pid" ] || return 0
    server_has_ended || kill -KILL "$(<"$place/pid")" 2>/dev/null || true
    eventually server_has_ended
}

# ---- requests ----------------------------------------------------------------

# request METHOD PATH [CURL-OPTION...]: sets status and body; the headers are
# in the file "headers" of this place.
request() {
    local method=$1 path=$2
    shift 2
    : >"$place/body"
    status=$(curl -sS -g --max-time 90 -X "$method" -D "$place/headers" \
        -o "$place/body" -w '%{http_code}' "$@" "$url$path")
    body=$(<"$place/body")
}

get() {
    request GET "$@"
}

delete() {
    request DELETE "$@"
}

# HEAD as curl does it: no body is expected.
head_of() {
    local path=$1
    shift
    request HEAD "$path" --head "$@"
}

# post PATH [BODY [CURL-OPTION...]]
post() {
    local path=$1
    shift
    if (($# == 0)); then
        request POST "$path"
        return
    fi
    printf %s "$1" >"$place/request"
    shift
    request POST "$path" -H 'Content-Type: application/json' \
        --data-binary @"$place/request" "$@"
}

# create SPEC: post a job; sets job.
create() {
    post /jobs "$@"
    status_is 202
    take_id
}

# finish SPEC: post a job and wait for its end; sets job.
finish() {
    post /jobs "$1" -H "Prefer: wait=$PATIENCE_S"
    status_is 201
    take_id
    [[ $body == *'"state":"completed"'* ]] || fail "$job failed: $body"
}

take_id() {
    [[ $body =~ \"id\":\"(job_[0-9a-z]+)\" ]] || fail "no id in: $body"
    job=${BASH_REMATCH[1]}
}

# ---- looking -----------------------------------------------------------------

status_is() {
    [ "$status" = "$1" ] ||
        fail "status $status, not $1: $(head -c 2000 <<<"$body")"
}

# problem_is STATUS SLUG: the answer is that problem document. (Without jq,
# whose start takes longer than the request.)
problem_is() {
    local begin='^\{"type":"/problems/'$2'","title":"[^"]+","status":'$1','
    status_is "$1"
    header_is Content-Type application/problem+json
    [[ $body =~ $begin && $body =~ \"request_id\":\"[^\"]+\" ]] ||
        fail "no problem $2: $body"
}

# fault_is KIND PLACE CODE [SUGGESTION]: the problem document names this one
# fault; KIND is "pointer" or "parameter". Where in a formula is not looked at.
fault_is() {
    local fault='"errors":[{"'$1'":"'$2'","code":"'$3'","detail":"' rest
    local all=$body
    [[ ! $all =~ \"line\":[0-9]+,\"column\":[0-9]+, ]] ||
        all=${all/"${BASH_REMATCH[0]}"/}
    rest=${all#*"$fault"}
    [[ $rest != "$all" && $rest != *'"code"'* ]] ||
        fail "not just $3 at $2: $body"
    [[ -z ${4-} || $rest == *'","suggestion":"'$4'"}]}' ]] ||
        fail "not $4: $rest"
}

# json_is EXPRESSION VALUE [EXPRESSION VALUE...]: what jq says of the body.
json_is() {
    local program=empty expected='' actual
    while (($# > 1)); do
        program+=", (($1) | tostring)"
        expected+="$2"$'\n'
        shift 2
    done
    actual=$(jq -r "$program" <<<"$body")$'\n' ||
        fail "jq cannot read: $(head -c 2000 <<<"$body")"
    assert_equal "$actual" "$expected" ||
        fail "in: $(head -c 2000 <<<"$body")"
}

# json_true EXPRESSION...: all of them hold of the body.
json_true() {
    local expression program=empty actual
    for expression; do
        program+=", (($expression) == true)"
    done
    actual=$(jq "$program" <<<"$body")
    [[ $actual != *false* && -n $actual ]] ||
        fail "not all of: $* are true of: $(head -c 2000 <<<"$body")"
}

# header NAME: the value of a header of the last answer.
header() {
    local name value
    while IFS=: read -r name value; do
        value=${value%$'\r'}
        [ "${name,,}" != "${1,,}" ] || echo "${value# }"
    done <"$place/headers"
}

header_is() {
    assert_equal "$(header "$1")" "$2"
}

# ---- jobs --------------------------------------------------------------------

state_is() {
    get "/jobs/$job"
    [[ $body == *"\"state\":\"$1\""* ]]
}

# wait_for_state STATE: until $job is in it.
wait_for_state() {
    eventually state_is "$1" || fail "$job is not $1: $body"
}

# Whether $job has come beyond its start.
moves() {
    get "/jobs/$job"
    [[ $body =~ \"iteration\":([0-9]+) ]] && ((BASH_REMATCH[1] > 0))
}

# parabola RATE [MEMBERS]: f(x) = 6x^2 - 12x + 3 from x = -0.9.
parabola() {
    printf '{"objective": {"type": "polynomial", "coefficients": [3, -12, 6]},
        "start": [-0.9],
        "optimizer": {"type": "gradient_descent", "learning_rate": %s},
        "stop": {"max_iterations": 1000, "gradient_tolerance": 1e-8}%s}' \
        "$1" "${2:+, $2}"
}

# crawl [MEMBERS]: a job that goes on for minutes: f(x) = x^2 / 2 with steps
# that lead nowhere. A row every 1e5 iterations, so that it needs no space.
crawl() {
    printf '{"objective": {"type": "quadratic", "A": [[1]], "b": [0]},
        "start": [1],
        "optimizer": {"type": "gradient_descent", "learning_rate": 1e-12},
        "stop": {"max_iterations": 1000000000}, "trace": {"every": 100000}%s}' \
        "${1:+, $1}"
}

# csv [QUERY]: the trace of $job as CSV, in body.
csv() {
    get "/jobs/$job/trace${1-}" -H 'Accept: text/csv'
    status_is 200
}

# rows: how many lines the CSV in body has, without its header.
rows() {
    tail -n +2 <<<"$body" | grep -c .
}
