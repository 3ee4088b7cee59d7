#!/usr/bin/env bash
# Compiles VoiceProtocol as Embedded Swift for a 32-bit RISC-V microcontroller (the family of the ESP32-C3), to an
# object file, and prints its size: proof that firmware can share it.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for file in say paths swift; do
    # shellcheck source=/dev/null
    source "$scripts/lib/$file.sh"
done

target=riscv32-none-none-eabi
swift=$(find_swift) || fail "Swift was not found: run scripts/setup.sh, which says where to get it."
toolchain=$(dirname "$(dirname "$(readlink -f "$swift")")")
if [[ ! -e $toolchain/lib/swift/embedded/Swift.swiftmodule/$target.swiftmodule ]]; then
    say "This Swift has no Embedded standard library for $target: skipped. (The toolchains of swift.org have one.)"
    exit 0
fi
# The compiler of 6.0 stops at an assertion of its own (addLazyFunction, "!f->isGeneric()") on generic code that
# every later one compiles.
if "$swift" --version 2>/dev/null | grep -q 'Swift version 6\.0'; then
    say "Swift 6.0 cannot compile generic code as Embedded Swift: skipped. (6.1 and later can.)"
    exit 0
fi

object=$repository/.build/embedded/VoiceProtocol.o
mkdir -p "$(dirname "$object")"
mapfile -t sources < <(find "$repository/Sources/VoiceProtocol" -name '*.swift' | sort)
"$(dirname "$swift")/swiftc" -target "$target" -enable-experimental-feature Embedded -wmo -parse-as-library -Osize \
    -swift-version 6 -warnings-as-errors -module-name VoiceProtocol -c "${sources[@]}" -o "$object" ||
    fail "VoiceProtocol does not compile as Embedded Swift (above): it must do without Foundation, C and reflection."
read -r text data bss _ < <(size "$object" | tail -n 1)
say "VoiceProtocol for $target: $text bytes of code and constants, $data of data, $bss zeroed."
