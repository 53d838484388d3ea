# health.bats - `descentd health` asks a server whether it is ready.
load helpers

setup() {
    cd "$place" || exit
}

teardown() {
    kill_server
    [ ! -s nc ] || kill "$(<nc)" 2>/dev/null || true
}

# health OPTION...: what it says, on whichever of stdout and stderr.
health() {
    run timeout 20 "$descentd" health "$@"
}

# answer_once BYTES: something that is not descentd listens; sets port.
answer_once() {
    printf %b "$1" | nc -v -n -N -l 127.0.0.1 0 >question 2>said 3>&- &
    echo $! >nc
    eventually grep -Eqi "[0-9]$" said || fail "nc: $(<said)"
    port=$(grep -Eo '[0-9]+$' said | head -1)
}

@test "a server that is ready: exit 0, and one line" {
    start_server --workers 0
    health --listen "${url#http://}"
    assert_success
    assert_output "ready: $url/readyz"
    DESCENTD_LISTEN=${url#http://} health
    assert_success
    stop_server
}

@test "where all addresses are listened on, the loopback is asked" {
    start_server --workers 0 --listen 0.0.0.0:0 --insecure
    health --listen "${url#http://}"
    assert_success
    stop_server
}

@test "over IPv6, where there is one" {
    [ -e /proc/net/if_inet6 ] && grep -q '^0*1 ' /proc/net/if_inet6 ||
        skip 'no ::1 here'
    start_server --workers 0 --listen '[::]:0' --insecure
    health --listen "${url#http://}"
    assert_success
    health --listen "[::1]:${url##*:}"
    assert_success
    stop_server
}

@test "the server knows the question as any other" {
    start_server --workers 0
    health --listen "${url#http://}"
    eventually grep -q 'route=/readyz status=200' "$log"
    stop_server
}

@test "nobody listens: exit 1, and one line" {
    start_server --workers 0
    stop_server
    health --listen "${url#http://}"
    assert_failure 1
    assert_output "descentd: not ready: $url/readyz: Connection refused"
}

@test "a server that says that it is not ready: exit 1, with the status" {
    answer_once 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n'
    health --listen "127.0.0.1:$port"
    assert_failure 1
    assert_output "descentd: not ready: http://127.0.0.1:$port/readyz: the status is 503"
    assert_equal "$(head -1 question)" $'GET /readyz HTTP/1.1\r'
}

@test "what is not HTTP is not ready" {
    answer_once '220 mail.example ESMTP\r\n'
    health --listen "127.0.0.1:$port"
    assert_failure 1
    assert_output --partial ': the answer is not HTTP'
}

@test "a server that never answers is not ready" {
    start_server --workers 0
    kill -STOP "$server"
    health --listen "${url#http://}"
    kill -CONT "$server"
    assert_failure 1
    assert_output "descentd: not ready: $url/readyz: Connection timed out"
    stop_server
}

@test "a question that cannot be asked: exit 2, and one line" {
    health --listen 127.0.0.1:0
    assert_failure 2
    assert_output --partial 'with port 0 nobody knows where the server listens'
    health --listen nowhere
    assert_failure 2
    assert_output --partial 'is not HOST:PORT'
    health --lisen 127.0.0.1:1
    assert_failure 2
    assert_output --partial 'did you mean --listen HOST:PORT?'
    health 8080
    assert_failure 2
}
