//! Lists the files of `samples/`, so that the binary embeds whatever is there.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let samples = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../samples");
    println!("cargo::rerun-if-changed={}", samples.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&samples).into_iter().flatten() {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
        if path.is_file() && !name.is_empty() && !name.starts_with('.') && !name.ends_with(".md") {
            files.push(format!("    ({name:?}, include_bytes!({:?})),\n", path.canonicalize()?));
        }
    }
    files.sort();
    let text = format!("const FILES: &[(&str, &[u8])] = &[\n{}];\n", files.concat());
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("samples.rs"), text)?;
    Ok(())
}
