# command_line.bats - what the binary does with its arguments.
load helpers

# The names of all settings: rows of the one table.
settings() {
    sed -n '/settings\[\] = {/,/^};/s/^    {"\([a-z-]*\)".*/\1/p' \
        "$BATS_TEST_DIRNAME/../../server/config.c"
}

setup() {
    cd "$place" || exit
    parabola 0.03 >job.json
}

teardown() {
    kill_server
}

# refuses SENTENCE ARGUMENT...: exit 2 and one line, on stderr only.
refuses() {
    local sentence=$1
    shift
    run timeout 20 sh -c '"$0" "$@" 2>err' "$descentd" "$@"
    assert_failure 2
    assert_output ''
    assert_equal "$(wc -l <err)" 1
    run cat err
    assert_output --regexp "^descentd: .*$sentence"
}

@test "version says it, however it is asked" {
    run "$descentd" version
    assert_success
    assert_output --regexp '^descentd [0-9]+\.[0-9]+\.[0-9]+$'
    run "$descentd" --version
    assert_success
    assert_output --regexp '^descentd [0-9]'
    refuses 'no arguments' version x
}

@test "help lists every command, every flag, and its variable" {
    local word flag
    run "$descentd" help
    assert_success
    for word in serve solve plot migrate health version help; do
        assert_line --regexp "^  $word "
    done
    for flag in $(settings); do
        assert_line --regexp "^  --$flag "
        word=DESCENTD_${flag^^}
        assert_line --regexp "or ${word//-/_}$"
    done
    assert_equal "$("$descentd" --help)" "$output"
    assert_equal "$("$descentd" -h)" "$output"
    assert_equal "$(grep -c '^  --' <<<"$output")" "$(settings | wc -l)"
}

@test "help of one command says what that one takes" {
    local word
    run "$descentd" help serve
    assert_success
    assert_line --index 0 'usage: descentd serve [OPTION…]'
    assert_equal "$(grep -c '^  --' <<<"$output")" "$(settings | wc -l)"
    run "$descentd" help migrate
    assert_line --index 0 'usage: descentd migrate [--create] [--store FILE]'
    assert_line --regexp '^  --store FILE '
    assert_line --regexp '^  --create '
    assert_equal "$(grep -c '^  --' <<<"$output")" 2
    run "$descentd" help health
    assert_line --index 0 'usage: descentd health [--listen HOST:PORT]'
    assert_line --regexp '^  --listen HOST:PORT '
    assert_equal "$(grep -c '^  --' <<<"$output")" 1
    run "$descentd" help solve
    assert_output 'usage: descentd solve FILE|- [--trace csv|ndjson] [--residuals]
Run one job here; print its result.'
    run "$descentd" help plot
    assert_line --index 0 'usage: descentd plot FILE|-… [OPTION…]'
    assert_equal "$(grep -c '^  --' <<<"$output")" 5
    run "$descentd" help version
    assert_line --index 0 'usage: descentd version'
    for word in serve solve plot migrate health version help; do
        assert_equal "$("$descentd" "$word" --help)" \
            "$("$descentd" help "$word")"
    done
    assert_equal "$("$descentd" serve --workers 1 -h)" \
        "$("$descentd" help serve)"
}

@test "a command is needed, and a known one" {
    local usage='usage: descentd serve \[OPTION…\]$'
    refuses 'give a command'
    refuses "no command \"srve\"; did you mean serve\\? $usage" srve
    refuses 'no command "zzz"; `descentd help` lists them$' zzz
    refuses "no command \"srve\"; did you mean serve\\? $usage" help srve
    refuses 'no command "bogus"; `descentd help` lists them$' help bogus
    refuses 'help takes the name of one command$' help serve solve
}

@test "flags must be known and have values" {
    refuses 'no option --lisen; did you mean --listen HOST:PORT\?$' \
        serve --lisen x
    refuses 'no option --frobnicate; `descentd help serve` lists them$' \
        serve --frobnicate=1
    refuses 'no option 8080; ' serve 8080
    refuses 'no option --trase here; did you mean --trace of `descentd solve ' \
        serve --trase
    refuses '--workers needs a value: N' serve --workers
}

@test "values must be in their range, and the flag is named" {
    refuses '--workers: "x" is not a whole number in \[0, 256\]' \
        serve --workers x
    refuses '--workers: "257" is not' serve --workers=257
    refuses '--workers: "1.5" is not' serve --workers 1.5
    refuses '--workers: "" is not' serve --workers ''
    refuses '--workers: "nan" is not' serve --workers nan
    refuses '--drain-s: "-1" is not a number of seconds' serve --drain-s -1
}

@test "a mistake in a setting leaves no database behind" {
    refuses 'not a loopback address' serve --listen 10.0.0.1:0 --store none.db
    refuses 'is not HOST:PORT' serve --listen nowhere --store none.db
    refuses '--hosts: at most 64 items' serve --listen 127.0.0.1:0 \
        --store none.db --hosts "$(seq -s, 65)"
    refuses '--cors-origins: "pages.example" is not an origin' \
        serve --listen 127.0.0.1:0 --store none.db \
        --cors-origins 'http://a.example, pages.example'
    refuses '--trusted-proxies: "localhost" is not an address' \
        serve --listen 127.0.0.1:0 --store none.db --trusted-proxies localhost
    refuses '--base-path: "descent" is not a path' \
        serve --listen 127.0.0.1:0 --store none.db --base-path descent
    refuses '--base-path: /jobs begins as a route' \
        serve --listen 127.0.0.1:0 --store none.db --base-path /jobs
    assert [ ! -e none.db ]
}

@test "an address must be one" {
    local listen
    for listen in '' 127.0.0.1 127.0.0.1: 127.0.0.1:x 127.0.0.1:65536 \
        127.0.0.1:-1 :8080 '[::1:8080' 127.0.0.1:80x; do
        refuses '--listen: .* is not HOST:PORT' serve --store a.db \
            --listen "$listen"
    done
}

@test "an address that is taken, or not ours, is refused" {
    start_server --workers 0
    refuses '(in use|cannot)' serve --store a.db --listen "${url#http://}"
    refuses '127\.0\.0\.999' serve --store a.db --listen 127.0.0.999:0
    stop_server
}

@test "IPv6's loopback is listened on, where there is one" {
    [ -e /proc/net/if_inet6 ] && grep -q '^0*1 ' /proc/net/if_inet6 ||
        skip 'no ::1 here'
    start_server --listen '[::1]:0'
    [[ $url == 'http://[::1]:'* ]]
    get /livez
    status_is 200
    stop_server
}

@test "variables of the environment are settings, flags go before them" {
    DESCENTD_WORKERS=3 start_server
    run grep -o 'workers=[0-9]*' "$log"
    assert_output workers=3
    stop_server
    DESCENTD_WORKERS=3 start_server --workers 1
    run grep -o 'workers=[0-9]*' "$log"
    assert_output workers=1
    stop_server
    DESCENTD_WORKERS=many refuses 'DESCENTD_WORKERS: "many" is not' serve
}

@test "the server stops at SIGINT as well" {
    start_server
    kill -INT "$server"
    eventually server_has_ended
    assert_equal "$(<"$place/status")" 0
    run grep -c 'event=stopped' "$log"
    assert_output 1
}

@test "solve prints the result of a file, and of stdin" {
    run "$descentd" solve job.json
    assert_success
    body=$output
    json_is .final true .outcome.reason gradient_tolerance
    json_true '(.x[0] - 1 | fabs) < 1e-8'
    run "$descentd" solve - <job.json
    assert_success
    json_is .trace_sha256 "$(jq -r .trace_sha256 <<<"$output")"
}

@test "solve --trace prints the trace, and the result on stderr" {
    local form
    "$descentd" solve job.json --trace csv >trace.csv 2>result.csv
    "$descentd" solve --trace=ndjson job.json >trace.ndjson 2>result.ndjson
    assert_equal "$(head -1 trace.csv)" \
        iteration,time_s,loss,gradient_norm,step_norm,learning_rate,evaluations,x.0
    assert_equal "$(sed -n 2p trace.csv | cut -d , -f 1,8)" 0,-0.9
    assert_equal "$(jq -c '[.iteration, .loss, .["x.0"]]' trace.ndjson)" \
        "$(tail -n +2 trace.csv | cut -d , -f 1,3,8 | sed 's/.*/[&]/' | jq -c .)"
    for form in csv ndjson; do
        # shellcheck disable=SC2034 # json_is reads it
        body=$(<"result.$form")
        json_is .iterations $(($(wc -l <trace.ndjson) - 1)) .final true
    done
}

@test "solve says every fault of a spec in one sentence" {
    echo '{"objective": {"type": "quadratic", "A": [[2]], "b": [0]},
        "start": [1], "optimizer": {"type": "sgd", "momentun": 1,
        "learning_rate": -1}}' >bad.json
    refuses 'bad\.json: .*/optimizer/learning_rate: -1 is not in \[0, 1e6\]' \
        solve bad.json
    refuses '/optimizer/momentun: .*did you mean momentum' solve bad.json
    echo '{"objective": }' >bad.json
    refuses 'bad\.json: line 1, column 15: ' solve bad.json
    : >bad.json
    refuses 'line 1, column 1: ' solve bad.json
}

@test "solve needs a file that can be read, and known arguments" {
    refuses 'nowhere\.json: No such file' solve nowhere.json
    refuses '/: Is a directory' solve /
    refuses 'usage: descentd solve' solve
    refuses 'usage: descentd solve' solve job.json other.json
    refuses 'usage: descentd solve' solve job.json --trace xml
    refuses 'usage: descentd solve' solve job.json --trace
    refuses 'no option --trase; usage: descentd solve' \
        solve job.json --trase csv
    refuses 'no option --store; usage: descentd solve' solve --store a.db
    head -c 1048577 /dev/zero | tr '\0' ' ' >large.json
    refuses 'large\.json: ' solve large.json
}

@test "solve says that its output cannot be written" {
    run sh -c '"$0" solve job.json 2>&1 >/dev/full' "$descentd"
    assert_failure 1
    assert_output 'descentd: the output cannot be written: No space left on device'
}

@test "migrate makes the tables, and finds them made" {
    refuses 'new\.db is no database: --create makes it one' \
        migrate --store new.db
    assert [ ! -e new.db ]
    : >empty.db
    refuses 'empty\.db is no database' migrate --store empty.db
    run "$descentd" migrate --create --store new.db
    assert_success
    assert_output --regexp '^new\.db: schema [1-9][0-9]*$'
    local first=$output
    run "$descentd" migrate --store=new.db
    assert_success
    assert_output "$first"
    run sqlite3 new.db 'PRAGMA user_version; SELECT count(*) FROM job'
    assert_output "${first##* }"$'\n0'
    run sqlite3 new.db 'PRAGMA integrity_check'
    assert_output ok
}
