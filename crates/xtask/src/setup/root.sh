#!/bin/sh
# Every step of `cargo xtask setup` that needs root, in one place, for Debian and Ubuntu.
# Usage: root.sh [--wasm-std] [PACKAGE...]
#   PACKAGE...   is installed with apt-get
#   --wasm-std   builds Rust's standard library for wasm32-unknown-unknown from Debian's own sources,
#                for networks on which `rustup target add wasm32-unknown-unknown` is blocked
set -eu
export DEBIAN_FRONTEND=noninteractive

wasm_std=no
if [ "${1:-}" = --wasm-std ]; then
    wasm_std=yes
    shift
    set -- "$@" rustc-web cargo-web rust-web-src lld-22
fi

echo "apt-get: $*"
apt-get update -q
apt-get install -y -q --no-install-recommends "$@"
[ "$wasm_std" = yes ] || exit 0

arch=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
# rustc looks for its linker under this name, which the packages do not provide.
mkdir -p "/usr/lib/rustlib/$arch/bin"
ln -sf /usr/bin/lld-22 "/usr/lib/rustlib/$arch/bin/rust-lld"

lib=/usr/lib/rustlib/wasm32-unknown-unknown/lib
version=$(/usr/bin/rustc --version)
if [ "$(cat "$lib/.built-by" 2>/dev/null)" = "$version" ]; then
    echo "standard library for wasm32-unknown-unknown: already built by $version"
    exit 0
fi

echo "building the standard library for wasm32-unknown-unknown (about a minute on 2 cores)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
printf '[package]\nname = "carrier"\nversion = "0.0.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n[workspace]\n' >"$work/Cargo.toml"
: >"$work/src/lib.rs"
# With bitcode, or fat LTO of the app fails: "failed to get bitcode from object file for LTO".
(
    cd "$work"
    env -u RUSTUP_TOOLCHAIN -u CARGO_TARGET_DIR -u RUSTFLAGS \
        RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_HOME="$work/home" \
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=-Cembed-bitcode=yes \
        /usr/bin/cargo build --release -Z build-std=std,panic_abort,proc_macro,test --target wasm32-unknown-unknown
)
mkdir -p "$lib"
rm -f "$lib"/lib*.rlib
find "$work/target/wasm32-unknown-unknown/release/deps" -name 'lib*.rlib' ! -name 'libcarrier*' -exec cp {} "$lib/" \;
printf '%s\n' "$version" >"$lib/.built-by"
chmod -R a+rX /usr/lib/rustlib/wasm32-unknown-unknown
