#!/usr/bin/env bash
# Speaks the prompt catalogues: <lang>.tsv beside this script (key TAB sentence) becomes
# wwwroot/prompts/<lang>/<key>.g722 (16 kHz G.722 at 64 kbit/s, no header) and a manifest.json.
# The same catalogue and the same tools give the same bytes; the manifest says which tools those were.
# Needs espeak-ng, sox and ffmpeg.      make-prompts.sh [lang...]      without arguments: every catalogue
set -euo pipefail
export LC_ALL=C.UTF-8

here=$(cd "$(dirname "$0")" && pwd)
prompts=$here/../../../wwwroot/prompts
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

readonly loudness=-19 # dBov, the RMS of every prompt before the limiter, which takes about one more
readonly headroom=-3  # dBFS, no sample above; the limiter works at full scale and all is lowered by this

# the voice for a language; Mandarin read by "cmn" spells foreign letters in English, this one does not
voice() {
    case $1 in
        en) echo en-us ;;
        zh) echo cmn-latn-pinyin ;;
        *) echo "$1" ;;
    esac
}

# what FILE lacks to the wanted loudness, in dB
gain() { sox "$1" -n stats 2>&1 | awk -v loud=$loudness -v room=$headroom '/^RMS lev dB/ { printf "%.2f", loud - $4 - room }'; }

# speak LANG SENTENCE OUT.g722
speak() {
    espeak-ng -v "$(voice "$1")" -s 145 -p 45 -w "$work/spoken.wav" -- "$2"
    # cut the silence off both ends, remove rumble, lift the consonants that a telephone loses; -D: dither would be random
    sox -D "$work/spoken.wav" "$work/shaped.wav" gain -8 rate -v 16000 highpass 120 equalizer 3000 1q 2 \
        silence 1 0.01 0.1% reverse silence 1 0.01 0.1% reverse
    # speech peaks high above its average: tame the peaks, then limit what would still pass the headroom
    sox -D "$work/shaped.wav" "$work/even.wav" gain -n -6 compand 0.002,0.05 -60,-60,-22,-14,0,-7 0 -20 0.002
    sox -D "$work/even.wav" "$work/ready.wav" gain -l "$(gain "$work/even.wav")" gain $headroom fade t 0.01 0 0.01 pad 0.05 0.05
    ffmpeg -nostdin -loglevel error -y -i "$work/ready.wav" -c:a g722 -f g722 "$3"
}

tools() {
    printf '{ "espeak-ng": "%s", "sox": "%s", "ffmpeg": "%s" }' \
        "$(espeak-ng --version | sed 's/.*text-to-speech: \([0-9.]*\).*/\1/')" \
        "$(sox --version | sed 's/.*v//')" \
        "$(ffmpeg -version | sed -n '1s/ffmpeg version \([^ ]*\).*/\1/p')"
}

make_language() {
    local out=$prompts/$1 separator='' key text
    rm -rf "$out" && mkdir -p "$out"
    {
        printf '{\n  "language": "%s",\n  "voice": "%s",\n  "tools": %s,\n  "prompts": {' "$1" "$(voice "$1")" "$(tools)"
        while IFS=$'\t' read -r key text; do
            [[ $key =~ ^[a-z0-9-]+$ && -n $text && $text != *[\"\\]* ]] || { echo "$1.tsv: bad line '$key'" >&2; return 1; }
            speak "$1" "$text" "$out/$key.g722"
            # 64 kbit/s are 8 bytes a millisecond
            printf '%s\n    "%s": { "text": "%s", "ms": %d, "sha256": "%s" }' "$separator" "$key" "$text" \
                $(($(wc -c <"$out/$key.g722") / 8)) "$(sha256sum <"$out/$key.g722" | cut -d' ' -f1)"
            separator=,
        done <"$here/$1.tsv"
        printf '\n  }\n}\n'
    } >"$out/manifest.json"
    echo "$1: $(find "$out" -name '*.g722' | wc -l) prompts, $(du -sk "$out" | cut -f1) kB"
}

languages=("$@")
[ $# -gt 0 ] || mapfile -t languages < <(cd "$here" && ls ./*.tsv | sed 's/.*\///; s/\.tsv$//')
for language in "${languages[@]}"; do make_language "$language"; done
