#!/usr/bin/env bash
# The one command: gets what the tests need, checks the format, builds, runs every test
# and ends with one line "N passed, N failed". Fails on any failure, and on a project that ran no test.
# A longer search by the fuzz tests: FUZZ_SECONDS=600 tests/check.sh
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

readonly configuration=Release
readonly results=$PWD/tests/TestResults
# Debian package and a file that says it is there
readonly needs=(
    'ffmpeg /usr/bin/ffprobe'
    'libsqlite3-0 /usr/lib/*-linux-gnu*/libsqlite3.so.0'
    'baresip-core /usr/lib/baresip/modules/ctrl_tcp.so'
    'sip-tester /usr/bin/sipp'
    'linphone-cli /usr/bin/linphonec'
    'kamailio /usr/sbin/kamailio'
    'kamailio-websocket-modules /usr/lib/*-linux-gnu*/kamailio/modules/websocket.so'
    'sipsak /usr/bin/sipsak'
    'socat /usr/bin/socat'
    'python3 /usr/bin/python3'
    'chromium /usr/bin/chromium'
    'postgresql /usr/lib/postgresql/*/bin/initdb'
    'libopus0 /usr/lib/*-linux-gnu*/libopus.so.0'
    'libspandsp2 /usr/lib/*-linux-gnu*/libspandsp.so.2'
    'libbcg729-0 /usr/lib/*-linux-gnu*/libbcg729.so.0'
)
# these measure time: nothing else may run beside them
readonly alone=(Conference.Media.Tests Conference.CallFlows Conference.EndToEnd)

die() { echo "tests/check.sh: $*" >&2; exit 1; }

# step NAME COMMAND...: runs it, says how long it took, ends everything when it fails
step() {
    local name=$1 begin=$SECONDS
    shift
    echo "== $name"
    "$@" || die "$name failed"
    echo "== $name: $((SECONDS - begin)) s"
}

machine() {
    local missing=() need
    command -v dotnet >/dev/null || die 'the .NET 10 SDK is missing'
    command -v npm >/dev/null || die 'Node 20 with npm is missing'
    for need in "${needs[@]}"; do
        compgen -G "${need#* }" >/dev/null || missing+=("${need%% *}")
    done
    [ ${#missing[@]} -eq 0 ] && return
    [ "$(id -u)" = 0 ] || die "missing Debian packages; as root: apt-get install ${missing[*]}"
    echo "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update && apt-get -qq -y install --no-install-recommends "${missing[@]}" >/dev/null
}

# the story tests' own mail server, mail and calendar readers, accessibility checker and browser phone
support() {
    local folder=tests/Conference.EndToEnd/support
    [ $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ] && return
    npm ci --prefix $folder --no-audit --no-fund --loglevel=error
}

# run PROJECT: its tests into a result file and a log, its verdict as exit code
run() {
    local begin=$SECONDS verdict=0
    dotnet test "tests/$1" -c $configuration --no-build --logger "trx;LogFileName=$1.trx" --blame-hang-timeout 6m --blame-hang-dump-type none \
        --results-directory "$results" >"$results/$1.log" 2>&1 || verdict=$?
    echo "$1: $((SECONDS - begin)) s"
    [ $verdict -eq 0 ] || cat "$results/$1.log"
    return $verdict
}

# failures PROJECT: the full names of the tests that failed, without their arguments, as a filter
failures() {
    sed -n 's/.*testName="\([^"(]*\)[^"]*".*outcome="Failed".*/FullyQualifiedName=\1/p' "$results/$1.trx" 2>/dev/null | sort -u | paste -sd '|'
}

# Phones, browsers and databases are real here, and so is the clock: on a machine that stood still for a second
# somebody comes late. Who failed is asked once more, alone. A fault fails twice; who does not is named in the report.
run_again() {
    local project=$1 filter verdict=0
    filter=$(failures "$project")
    [ -n "$filter" ] && [ "$(tr -cd '|' <<<"$filter" | wc -c)" -lt 5 ] || return 1
    dotnet test "tests/$project" -c $configuration --no-build --filter "$filter" --logger "trx;LogFileName=$project.again.trx" --blame-hang-timeout 6m \
        --blame-hang-dump-type none --results-directory "$results" >"$results/$project.again.log" 2>&1 || verdict=$?
    [ $verdict -eq 0 ] && [ "$(count passed "$project.again")" -gt 0 ] || { cat "$results/$project.again.log"; return 1; }
    echo "$project: passed at the second try only: ${filter//FullyQualifiedName=/}" | tee -a "$results/second-try.txt"
}

# count NAME PROJECT: a number from the summary of a result file; nothing when there is no file
count() { sed -n "s/.*<Counters .*\b$1=\"\([0-9]*\)\".*/\1/p" "$results/$2.trx" 2>/dev/null | head -n 1; }

projects() { grep -l Microsoft.NET.Test.Sdk tests/*/*.csproj | xargs -n 1 dirname | xargs -n 1 basename; }

# together or alone, but every project, whatever the others did
run_all() {
    local project job running=() again=() failed=0
    for project in $(projects); do
        [[ " ${alone[*]} " == *" $project "* ]] && continue
        run "$project" &
        running+=($!:$project)
    done
    for job in "${running[@]}"; do wait "${job%%:*}" || again+=("${job#*:}"); done
    for project in "${alone[@]}"; do
        [ -d "tests/$project" ] || continue
        run "$project" || again+=("$project")
    done
    for project in "${again[@]}"; do run_again "$project" || failed=1; done
    return $failed
}

# mended PROJECT: how many of its failures passed when asked again
mended() { if grep -q "^$1: " "$results/second-try.txt" 2>/dev/null; then count failed "$1"; else echo 0; fi; }

report() {
    local project passed failed mended all_passed=0 all_failed=0 empty=()
    for project in $(projects); do
        passed=$(count passed "$project") failed=$(count failed "$project") mended=$(mended "$project")
        passed=$((${passed:-0} + mended)) failed=$((${failed:-0} - mended))
        [ $((${passed:-0} + ${failed:-0})) -gt 0 ] || empty+=("$project")
        all_passed=$((all_passed + ${passed:-0})) all_failed=$((all_failed + ${failed:-0}))
    done
    [ ${#empty[@]} -eq 0 ] || echo "no test ran in: ${empty[*]}"
    [ ! -s "$results/second-try.txt" ] || cat "$results/second-try.txt"
    echo "$all_passed passed, $all_failed failed"
    [ ${#empty[@]} -eq 0 ] && [ "$all_failed" -eq 0 ] && [ "$all_passed" -gt 0 ]
}

step 'what the tests need' machine
step 'npm packages of the tests' support
step 'restore' dotnet restore Conference.sln -warnaserror
step 'format' dotnet format Conference.sln --verify-no-changes --no-restore
step 'build' dotnet build Conference.sln -c $configuration --no-restore -warnaserror -v quiet

rm -rf "$results" && mkdir -p "$results"
begin=$SECONDS verdict=0
echo '== tests'
run_all || verdict=1
echo "== tests: $((SECONDS - begin)) s"
report || verdict=1
exit $verdict
