# queue.bats - a job that is stored, and finds no room in the queue.
load helpers

setup() {
    start_fragile --workers 1
}

teardown() {
    faults
    stop_server
}

# The queue begins with room for 256 entries of 24 bytes.
@test "a job that is stored is accepted and run, though it cannot be queued" {
    faults 'memory ENOMEM thread=writer bytes=6144'
    create "$(parabola 0.03)"
    eventually have_failed memory 1
    wait_for_state completed
    json_is .attempt 1
    finish "$(parabola 0.03)"
}
