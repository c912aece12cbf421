//! Lists the files that the binary embeds: whatever is in `samples/`, and the built app, if `SLUICE_EMBED_APP` names its folder.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
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
    fs::write(out.join("samples.rs"), format!("const FILES: &[(&str, &[u8])] = &[\n{}];\n", files.concat()))?;

    println!("cargo::rerun-if-env-changed=SLUICE_EMBED_APP");
    let mut files = Vec::new();
    if let Some(dist) = env::var_os("SLUICE_EMBED_APP").filter(|dist| !dist.is_empty()) {
        let dist = PathBuf::from(dist).canonicalize()?;
        println!("cargo::rerun-if-changed={}", dist.display());
        collect(&dist, &dist, &mut files)?;
        if !files.iter().any(|file| file.contains("\"/index.html\"")) {
            return Err(format!("SLUICE_EMBED_APP: there is no index.html in {}", dist.display()).into());
        }
    }
    files.sort();
    fs::write(out.join("app.rs"), format!("const FILES: &[(&str, &[u8])] = &[\n{}];\n", files.concat()))?;
    Ok(())
}

/// Each file by its address; the compressed forms are files beside theirs.
fn collect(dist: &Path, folder: &Path, files: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(dist, &path, files)?;
        } else {
            let name = path.strip_prefix(dist)?.to_str().ok_or("a file's name is no text")?.replace('\\', "/");
            files.push(format!("    ({:?}, include_bytes!({path:?})),\n", format!("/{name}")));
        }
    }
    Ok(())
}
