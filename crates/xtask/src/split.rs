//! Takes the built app apart: the pages that a first visit does not need become a WebAssembly module of their own.
//!
//! Trunk has no splitting (its issue 1022), so it builds one module and places everything else, and this puts the parts and their
//! glue in the place of that one module.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wasm_split_cli_support::Options;

use crate::failure::{AtPath, Failure, Result};
use crate::workbench::{self, Workbench};

/// The binary of the root package, as Trunk names its files.
const APP: &str = "sluice-app";

/// What the compiler may emit and every supported browser has; index.html names these browsers.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Replaces the module that Trunk left in `dist` by the parts that it was split into.
pub(crate) fn app(bench: &Workbench) -> Result<()> {
    let target = bench.wasm_target_dir();
    let work = target.join("split");
    if work.exists() {
        fs::remove_dir_all(&work).at("empty", &work)?;
    }
    fs::create_dir_all(&work).at("create", &work)?;
    let later = take_apart(&target.join(format!("wasm32-unknown-unknown/wasm-release/{APP}.wasm")), &work)?;

    let mut bindgen = bench.command("wasm-bindgen");
    // The shared names of the two modules are among the exports that it would otherwise drop.
    bindgen.args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--out-name", "app", "--out-dir"]);
    workbench::run(bindgen.arg(&work).arg(work.join("main.wasm")))?;

    let link = work.join("split.js");
    let mut glue = fs::read_to_string(&link).at("read", &link)?;
    let bytes = optimized(bench, &later)?;
    let pages = format!("{APP}-pages-{}.wasm", digest(&bytes));
    let named = format!("./{}", later.file_name().unwrap_or_default().to_string_lossy());
    if !glue.contains(&named) {
        return Err(Failure::new(format!("the glue of the split does not name {named}")));
    }
    glue = glue.replace(&named, &format!("./{pages}"));
    write(&bench.dist().join(&pages), &bytes)?;
    write(&link, glue.as_bytes())?;

    let main = optimized(bench, &work.join("app_bg.wasm"))?;
    let script = work.join("bundle.js");
    let mut esbuild = bench.command("esbuild");
    esbuild.arg(work.join("app.js")).args(["--bundle", "--format=esm", "--minify", "--log-level=warning"]);
    workbench::run(esbuild.arg(format!("--outfile={}", script.display())))?;
    let script = fs::read(&script).at("read", &script)?;
    place(&bench.dist(), &main, &script, &pages)
}

/// Writes `main.wasm`, the other part and `split.js` into `work`; returns where the other part is.
fn take_apart(module: &Path, work: &Path) -> Result<PathBuf> {
    let input = fs::read(module).at("read", module)?;
    let main = work.join("main.wasm");
    let mut options = Options::new(&input);
    options.output_dir = work;
    options.main_out_path = &main;
    options.main_module = "./app.js";
    options.link_name = "./split.js";
    let parts = wasm_split_cli_support::transform(options).map_err(|error| {
        Failure::new(format!("{} could not be split", module.display()))
            .because(format!("{error:#}"))
            .next("it has to be linked with --emit-relocs, which build.rs asks for when the feature `split` is on, and keep its symbols")
    })?;
    match <[PathBuf; 1]>::try_from(parts.split_modules) {
        Ok([later]) => Ok(later),
        Err(parts) => Err(Failure::new(format!("one part was expected beside the main module, {} were made", parts.len()))
            .next("the split points are in src/app/lazy")),
    }
}

/// 3.3 kB less to download than `-Oz` alone. The first kilobyte of the memory is the far end of the stack: nothing is there.
const SMALLER: [&str; 5] = ["--low-memory-unused", "--flatten", "--rereloop", "-Oz", "-Oz"];

fn optimized(bench: &Workbench, module: &Path) -> Result<Vec<u8>> {
    let small = module.with_extension("small");
    let mut optimize = bench.command("wasm-opt");
    workbench::run(
        optimize.args(SMALLER).args(["--strip-producers", "--strip-target-features"]).args(FEATURES).arg(module).arg("-o").arg(&small),
    )?;
    fs::read(&small).at("read", &small)
}

/// Puts the new files where Trunk's are, and their names into index.html; `boot.js` reads there what else it may fetch early.
fn place(dist: &Path, main: &[u8], script: &[u8], pages: &str) -> Result<()> {
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index).at("read", &index)?;
    let old = trunk_hash(&html)
        .ok_or_else(|| Failure::new("index.html names no module of the app").next("see `pattern_script` in Trunk.toml"))?
        .to_owned();
    let (before, after) = html.split_once("data-wasm=").ok_or_else(|| Failure::new("index.html has no attribute data-wasm"))?;
    // With or without a quote, as the minifier left it.
    let base = after.split_once(APP).map_or("", |(base, _)| base.trim_start_matches('"'));
    let mut html = format!("{before}data-pages=\"{base}{pages}\" data-wasm={after}");
    for (ending, bytes) in [("_bg.wasm", main), (".js", script)] {
        let (before, after) = (format!("{APP}-{old}{ending}"), format!("{APP}-{}{ending}", digest(bytes)));
        html = html.replace(&before, &after);
        let gone = dist.join(before);
        fs::remove_file(&gone).at("remove", &gone)?;
        write(&dist.join(after), bytes)?;
    }
    write(&index, html.as_bytes())
}

/// The hash in the names that Trunk gave its files.
fn trunk_hash(html: &str) -> Option<&str> {
    let (_, rest) = html.split_once(&format!("{APP}-"))?;
    let hash = &rest[..rest.find(|at: char| !at.is_ascii_hexdigit())?];
    (!hash.is_empty()).then_some(hash)
}

/// As long as Trunk's: what hosts take for a name that never gets another content.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).at("write", path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_parts_take_the_place_of_trunks_module() {
        let dist = tempfile::tempdir().unwrap();
        let at = |name: &str| dist.path().join(name);
        let page = |js: &str, more: &str, wasm: &str| format!("<link href=/{wasm}><script data-js=/{js} {more}data-wasm=/{wasm}></script>");
        fs::write(at("index.html"), page("sluice-app-0123abcd.js", "", "sluice-app-0123abcd_bg.wasm")).unwrap();
        fs::write(at("sluice-app-0123abcd.js"), "old").unwrap();
        fs::write(at("sluice-app-0123abcd_bg.wasm"), "old").unwrap();
        place(dist.path(), b"wasm", b"script", "sluice-app-pages-1.wasm").unwrap();
        let (js, wasm) = (format!("{APP}-{}.js", digest(b"script")), format!("{APP}-{}_bg.wasm", digest(b"wasm")));
        assert_eq!(fs::read_to_string(at("index.html")).unwrap(), page(&js, "data-pages=\"/sluice-app-pages-1.wasm\" ", &wasm));
        assert_eq!(fs::read(at(&js)).unwrap(), b"script");
        assert_eq!(fs::read(at(&wasm)).unwrap(), b"wasm");
        assert_eq!(fs::read_dir(dist.path()).unwrap().count(), 3);
    }

    #[test]
    fn a_page_without_the_app_is_an_error_and_stays_as_it_is() {
        let dist = tempfile::tempdir().unwrap();
        let index = dist.path().join("index.html");
        fs::write(&index, "<p>nothing</p>").unwrap();
        assert!(place(dist.path(), b"", b"", "").is_err());
        assert_eq!(fs::read_to_string(&index).unwrap(), "<p>nothing</p>");
    }

    #[test]
    fn a_module_that_is_none_is_an_error() {
        let work = tempfile::tempdir().unwrap();
        let module = work.path().join("app.wasm");
        fs::write(&module, b"\0asm\x01\0\0\0").unwrap();
        assert!(take_apart(&module, work.path()).is_err());
    }
}
