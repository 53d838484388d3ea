# queue.bats - GET /queue: what waits, what runs, and on what.
load helpers

teardown() {
    kill_server
}

waits() {
    create "$(crawl "\"priority\": $1")"
}

@test "a server at rest: nothing waits, nothing runs" {
    start_server --workers 3
    get /queue
    status_is 200
    json_is .ready true .problem null .depth 0 .by_priority '[]' .below 0 \
        .running '[]' .workers.count 3 .workers.busy 0
    json_true '.store.bytes > 0' '.store.log_bytes >= 0' \
        '.store.disk_bytes >= .store.disk_free_bytes'
}

@test "jobs wait by priority; those that are canceled wait no more" {
    local low high
    start_server --workers 0
    waits 0
    waits -7 && low=$job
    waits 0
    waits 9 && high=$job
    get /queue
    json_is .depth 4 .workers.count 0 .by_priority \
        '[{"priority":9,"jobs":1},{"priority":0,"jobs":2},{"priority":-7,"jobs":1}]'
    post "/jobs/$low/cancel" ''
    delete "/jobs/$high?force=true"
    get /queue
    json_is .depth 2 .by_priority '[{"priority":0,"jobs":2}]'
}

@test "more priorities than are told of are counted together" {
    local priority
    start_server --workers 0
    for ((priority = 1; priority <= 35; priority++)); do waits "$priority"; done
    waits 35
    waits 0
    get /queue
    json_is .depth 37 '.by_priority | length' 32 '.by_priority[0]' \
        '{"priority":35,"jobs":2}' '.by_priority[-1].priority' 4 .below 4
}

@test "what runs is told of, as a job's own document has it" {
    start_server --workers 2
    waits 0
    running() { get /queue && jq -e '.workers.busy == 1' <<<"$body"; }
    eventually running
    json_is '.running | length' 1 .counts.running 1 '.running[0].id' "$job" \
        '.running[0].state' running .depth 0
    post "/jobs/$job/cancel" ''
    idle() { get /queue && jq -e '.workers.busy == 0' <<<"$body"; }
    eventually idle
    json_is .running '[]'
}
