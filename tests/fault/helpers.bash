# helpers.bash - a server whose disk and memory fail when told. Loaded by every
# file here; tests/fault/run sets $shim, and $fault_long where there is time.

# shellcheck source=../api/helpers.bash
source "$BATS_TEST_DIRNAME/../api/helpers.bash"

# start_fragile [OPTION...]: start_server, with the shim before it.
start_fragile() {
    control=$place/control
    rm -f "$control" "$control.hits"
    # A sanitizer's library that does not come first may be wrong; ours calls
    # the next one, whichever it is.
    FAULT_CONTROL=$control LD_PRELOAD=$shim \
        ASAN_OPTIONS=verify_asan_link_order=0 start_server "$@"
    export control
}

# control_is_read GENERATION
control_is_read() {
    grep -qsx "generation $1" "$control.hits"
}

# faults RULE...: from now on these fail (tests/fault/shim.c), and what failed
# before does no more. Without a rule nothing fails.
faults() {
    local generation=1
    [ ! -e "$control" ] ||
        generation=$(awk '{ print $2 + 1; exit }' "$control")
    {
        printf 'generation %s\n' "$generation"
        (($# == 0)) || printf '%s\n' "$@"
    } >"$control.new"
    mv "$control.new" "$control"
    eventually control_is_read "$generation" || fail 'the shim does not read its control file'
}

# hits CALL: how many calls of that kind have failed since faults().
hits() {
    awk -v call="$1" '$1 == call { sum += $2 } END { print sum + 0 }' \
        "$control.hits"
}

have_failed() {
    (($(hits "$1") >= $2))
}

# under_load KIND RULE...: load, these faults for a while, then none. With
# $fault_long for longer than the longest wait.
under_load() {
    local kind=$1 folder=$BATS_TEST_TMPDIR clients
    shift
    python3 load.py post "$url" "$folder" 3>&- &
    clients=$!
    sleep 0.3
    faults "$@"
    sleep "${fault_long:+1}0.8"
    eventually have_failed "$kind" 1
    faults
    sleep 0.3
    touch "$folder/stop"
    wait "$clients"
    run python3 load.py check "$url" "$folder" 60
    assert_success
    echo "# measured: $BATS_TEST_DESCRIPTION: $output" >&3
}
