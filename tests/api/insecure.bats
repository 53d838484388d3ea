# insecure.bats - an address that others can reach needs the owner's word.
load helpers

setup() {
    cd "$place" || exit
}

teardown() {
    kill_server
}

# refused ENVIRONMENT... -- OPTION...: exit 2, one sentence, no database.
refused() {
    local environment=()
    while [ "$1" != -- ]; do
        environment+=("$1")
        shift
    done
    shift
    run timeout 20 env "${environment[@]}" "$descentd" serve \
        --store none.db "$@"
    assert_failure 2
    assert_equal "${#lines[@]}" 1
    assert [ ! -e none.db ]
}

@test "a public address is refused, and the sentence says what to do" {
    local listen
    for listen in 0.0.0.0:0 '[::]:0' 10.0.0.1:0 '[2001:db8::1]:0' 0:0; do
        refused -- --listen "$listen"
        assert_output --regexp '^descentd: --listen: [0-9a-f:.]+ is not a loopback address, .* 127\.0\.0\.1 .* --insecure \(DESCENTD_INSECURE=true\)$'
    done
    refused DESCENTD_LISTEN=0.0.0.0:0 --
    assert_output --partial 'is not a loopback address'
}

@test "only true is the owner's word" {
    refused -- --listen 0.0.0.0:0 --insecure=false
    assert_output --partial 'is not a loopback address'
    refused DESCENTD_INSECURE=false -- --listen 0.0.0.0:0
    assert_output --partial 'is not a loopback address'
    refused DESCENTD_INSECURE=true -- --listen 0.0.0.0:0 --insecure=false
    assert_output --partial 'is not a loopback address'
    refused DESCENTD_INSECURE=1 -- --listen 0.0.0.0:0
    assert_output 'descentd: DESCENTD_INSECURE: "1" is neither true nor false'
    refused DESCENTD_INSECURE= -- --listen 0.0.0.0:0
    assert_output --partial 'is neither true nor false'
}

@test "a public address with the owner's word is warned of at every start" {
    for _ in 1 2; do
        start_server --listen 0.0.0.0:0 --insecure
        eventually grep -qs 'level=warning event=insecure meaning="there are no API keys: anyone who reaches this address can ' "$log" ||
            fail "no warning: $(<"$log")"
        [[ $url == http://0.0.0.0:* ]]
        stop_server
    done
    DESCENTD_INSECURE=true start_server --listen 0.0.0.0:0
    eventually grep -qs 'level=warning event=insecure ' "$log"
    stop_server
}

@test "a loopback address is nothing to warn of" {
    start_server --insecure
    stop_server
    run grep -c level=warning "$log"
    assert_output 0
}

# A page whose name is made to point here says that name, never a number.
@test "on all addresses every numeric Host is served, and no other name" {
    local host
    start_server --listen 0.0.0.0:0 --insecure --hosts gd.example
    url=http://127.0.0.1:${url##*:}
    for host in 127.0.0.1 192.0.2.7 192.0.2.7:80 '[2001:db8::1]:80' localhost \
        gd.example:8080; do
        get /livez -H "Host: $host"
        status_is 200
    done
    for host in evil.example 192.0.2.7.evil.example 192.0.2 '[192.0.2.7]'; do
        get /livez -H "Host: $host"
        problem_is 421 misdirected-request
    done
    post /jobs "$(parabola 0.03)" -H 'Host: 192.0.2.7:80' \
        -H 'Origin: http://192.0.2.7:80'
    status_is 202
    post /jobs "$(parabola 0.03)" -H 'Host: 192.0.2.7:80' \
        -H 'Origin: http://192.0.2.8:80'
    problem_is 403 forbidden-origin
    stop_server
}

@test "on one address only its own number is served" {
    start_server --listen 127.0.0.1:0
    get /livez -H 'Host: 192.0.2.7'
    problem_is 421 misdirected-request
    stop_server
}

@test "[::] is IPv4 as well" {
    [ -e /proc/net/if_inet6 ] || skip 'no IPv6 here'
    start_server --listen '[::]:0' --insecure
    url=http://127.0.0.1:${url##*:}
    get /livez
    status_is 200
    stop_server
}
