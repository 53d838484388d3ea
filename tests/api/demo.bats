# demo.bats - `make demo KEEP=1`: the server stays, and how it is ended.
load helpers

teardown() {
    [ -z "${kept-}" ] || kill -KILL "$kept" 2>/dev/null || true
}

@test "a demo that is kept goes on with its jobs until it is ended as it says" {
    local folder
    KEEP=1 run ../demo/run "$descentd" 3>&-
    assert_success
    [[ $output =~ open\ (http://127.0.0.1:[0-9]+)/ ]]
    export url=${BASH_REMATCH[1]}
    [[ $output =~ To\ end\ it:\ kill\ ([0-9]+) ]]
    kept=${BASH_REMATCH[1]}
    [[ $output =~ log\ are\ in\ ([^ ]+)\.$ ]]
    folder=${BASH_REMATCH[1]}
    get /jobs
    json_is .counts.completed 7 .counts.diverged 1
    kill "$kept"
    eventually grep -q event=stopped "$folder/log"
    rm -r "$folder"
}
