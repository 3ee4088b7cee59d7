# llhttp, the HTTP/1.1 parser: Debian 13 has a development package; Debian 12 ships its C sources inside
# node-llhttp, which is unpacked (not installed: Node.js is not needed) and compiled.
# shellcheck shell=bash

install_llhttp() {
    local folder=$deps/llhttp
    if [[ -e $folder/include/llhttp.h && -e $folder/lib/libllhttp.a && -e $folder/VERSION ]]; then
        return 0
    fi
    local work=$deps/llhttp.partial
    rm -rf "$work"
    mkdir -p "$work/include" "$work/lib" 2>/dev/null ||
        fail "Cannot write to $deps: make it a folder of yours (sudo chown -R \$USER $deps), or set HOTPIN_DEPS, and run this again."
    if is_installed libllhttp-dev; then
        link_llhttp "$work"
    else
        compile_llhttp "$work"
    fi
    rm -rf "$folder"
    mv "$work" "$folder"
}

link_llhttp() {
    local library header
    header=$(dpkg -L libllhttp-dev | grep '/llhttp\.h$' | head -n 1)
    library=$(dpkg -L libllhttp-dev | grep '/libllhttp\.a$' | head -n 1)
    [[ -n $header && -n $library ]] ||
        fail "Debian's libllhttp-dev holds no llhttp.h or libllhttp.a: reinstall it (sudo apt-get install --reinstall libllhttp-dev)."
    ln -s "$header" "$1/include/llhttp.h"
    ln -s "$library" "$1/lib/libllhttp.a"
    dpkg-query --show --showformat '${Version}\n' libllhttp-dev >"$1/VERSION"
}

compile_llhttp() {
    say "Building llhttp …"
    local unpacked=$1/unpacked log=$1/log
    mkdir "$unpacked"
    if ! (cd "$1" && apt-get download node-llhttp >"$log" 2>&1); then
        apt_quietly update || true
        (cd "$1" && apt-get download node-llhttp >"$log" 2>&1) ||
            fail "Could not fetch Debian's node-llhttp: $(grep -E '^E:' "$log" | tail -n 1) Check the network and run this again."
    fi
    dpkg-deb --extract "$1"/node-llhttp_*.deb "$unpacked"
    cp "$unpacked/usr/share/include/llhttp/llhttp.h" "$1/include/"
    (cd "$unpacked/usr/share/llhttp" &&
        cc -O2 -fPIC -I"$unpacked/usr/share/include/llhttp" -c api.c http.c llhttp.c &&
        ar rcs "$1/lib/libllhttp.a" api.o http.o llhttp.o) >"$log" 2>&1 ||
        fail "llhttp did not compile: $(grep -m 1 -i -E 'error|no space' "$log") Mend that and run this again."
    dpkg-deb --field "$1"/node-llhttp_*.deb Version >"$1/VERSION"
    rm -rf "$unpacked" "$log" "$1"/node-llhttp_*.deb
}
