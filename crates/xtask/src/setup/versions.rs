//! The versions everybody builds with. A test holds them against the files that repeat them.

pub(crate) const TRUNK: &str = "0.21.14";
/// Must be the version of the crate `wasm-bindgen` in Cargo.lock: the generated glue has no stable format.
pub(crate) const WASM_BINDGEN: &str = "0.2.130";
/// wasm-opt of the npm package `binaryen`; older ones do not know today's WebAssembly features.
pub(crate) const BINARYEN: &str = "132";
/// pdf.js; its folder in the built app carries the version.
#[cfg(test)]
const PDFJS: &str = "6.5.438";
/// The validator of JSON Schemas; its folder too.
pub(crate) const JSON_SCHEMA: &str = "1.18.0";
/// Installed where no nextest is found; any 0.9 that is found is used.
pub(crate) const NEXTEST: &str = "0.9.143";
/// Writes the bill of materials of a package.
pub(crate) const CYCLONEDX: &str = "0.5.9";
/// Oldest Node.js that Playwright runs on.
pub(crate) const NODE_MAJOR: u32 = 20;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::workbench::Workbench;

    fn file(path: &str) -> String {
        std::fs::read_to_string(Workbench::open().unwrap().root.join(path)).unwrap()
    }

    #[test]
    fn the_files_that_repeat_a_version_agree() {
        let trunk = file("Trunk.toml");
        assert!(trunk.contains(&format!("trunk-version = \"{TRUNK}\"")));
        assert!(trunk.contains(&format!("wasm_bindgen = \"{WASM_BINDGEN}\"")));
        assert!(trunk.contains(&format!("wasm_opt = \"version_{BINARYEN}\"")));
        let lock = file("Cargo.lock");
        assert!(lock.contains(&format!("name = \"wasm-bindgen\"\nversion = \"{WASM_BINDGEN}\"")));
        let package = file("tests/package.json");
        assert!(package.contains(&format!("\"pdfjs-dist\": \"{PDFJS}\"")));
        assert!(file("index.html").contains(&format!("data-target-path=\"pdfjs-{PDFJS}\"")));
        assert!(file("src/platform/document.rs").contains(&format!("\"./pdfjs-{PDFJS}/open.mjs\"")));
        assert!(package.contains(&format!("\"@hyperjump/json-schema\": \"{JSON_SCHEMA}\"")));
        assert!(file("index.html").contains(&format!("data-target-path=\"schema-{JSON_SCHEMA}\"")));
        assert!(file("public/boot.js").contains(&format!("\"./schema-{JSON_SCHEMA}/open.mjs\"")));
        assert!(package.contains(&format!("\"binaryen\": \"{BINARYEN}.0.0\"")));
    }
}
