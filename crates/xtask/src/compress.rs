//! Compresses the built app once, at the highest level, so that the server never does.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::failure::{AtPath, Failure, Result};

/// Formats that shrink; pictures and fonts are compressed already.
const TEXT: [&str; 9] = ["html", "js", "mjs", "css", "svg", "json", "txt", "wasm", "webmanifest"];

/// Sizes in bytes over all compressible files.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    files: usize,
    reused: usize,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} files, {:.1} kB, gzip {:.1} kB, brotli {:.1} kB ({} compressed before)",
            self.files,
            kilobytes(self.raw),
            kilobytes(self.gzip),
            kilobytes(self.brotli),
            self.reused,
        )
    }
}

#[expect(clippy::cast_precision_loss, reason = "sizes of web pages are far below 2^52")]
fn kilobytes(bytes: usize) -> f64 {
    bytes as f64 / 1000.0
}

/// Writes `<file>.br` (quality 11) and `<file>.gz` (level 9) where they are smaller than the file.
///
/// Trunk empties `dist` on each build, so results are kept in `cache` beside a copy of their source and
/// copied back as long as the source has not changed.
pub(crate) fn directory(dist: &Path, cache: &Path) -> Result<Summary> {
    let mut files = Vec::new();
    collect(dist, &mut files)?;
    // The largest first: the WebAssembly takes longer than everything else together.
    files.sort_by_key(|file| std::cmp::Reverse(fs::metadata(file).map_or(0, |meta| meta.len())));
    let next = AtomicUsize::new(0);
    let summary = Mutex::new(Summary::default());
    let failure = Mutex::new(None);
    let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get).min(files.len());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match one_file(dist, cache, file) {
                        Ok(sizes) => lock(&summary).add(&sizes),
                        Err(error) => *lock(&failure) = Some(error),
                    }
                }
            });
        }
    });
    let failure = lock(&failure).take();
    match failure {
        Some(failure) => Err(failure),
        None => Ok(std::mem::take(&mut *lock(&summary))),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Summary {
    fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.reused += other.reused;
        self.raw += other.raw;
        self.gzip += other.gzip;
        self.brotli += other.brotli;
    }
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(dir).at("list", dir)? {
        let path = entry.at("list", dir)?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().and_then(|ext| ext.to_str()).is_some_and(|ext| TEXT.contains(&ext)) {
            files.push(path);
        }
    }
    Ok(())
}

fn one_file(dist: &Path, cache: &Path, file: &Path) -> Result<Summary> {
    let raw = fs::read(file).at("read", file)?;
    let relative = file.strip_prefix(dist).map_err(|error| Failure::new(format!("{} is outside dist", file.display())).because(error))?;
    let kept = cache.join(relative);
    let known = fs::read(&kept).is_ok_and(|before| before == raw);
    let packed = if known { read_kept(&kept) } else { None };
    let reused = packed.is_some();
    let (brotli, gzip) = match packed {
        Some(packed) => packed,
        None => {
            let packed = (brotli_11(&raw, file)?, gzip_9(&raw).at("compress", file)?);
            keep(&kept, &raw, &packed)?;
            packed
        }
    };
    write_if_smaller(file, "br", &brotli, raw.len())?;
    write_if_smaller(file, "gz", &gzip, raw.len())?;
    Ok(Summary {
        files: 1,
        reused: usize::from(reused),
        gzip: gzip.len().min(raw.len()),
        brotli: brotli.len().min(raw.len()),
        raw: raw.len(),
    })
}

fn read_kept(kept: &Path) -> Option<(Vec<u8>, Vec<u8>)> {
    Some((fs::read(with_suffix(kept, "br")).ok()?, fs::read(with_suffix(kept, "gz")).ok()?))
}

/// The source last: an interrupted run leaves no entry that looks complete.
fn keep(kept: &Path, raw: &[u8], (brotli, gzip): &(Vec<u8>, Vec<u8>)) -> Result<()> {
    if let Some(parent) = kept.parent() {
        fs::create_dir_all(parent).at("create", parent)?;
    }
    let _ = fs::remove_file(kept);
    for (path, bytes) in
        [(with_suffix(kept, "br"), brotli.as_slice()), (with_suffix(kept, "gz"), gzip.as_slice()), (kept.to_path_buf(), raw)]
    {
        fs::write(&path, bytes).at("write", &path)?;
    }
    Ok(())
}

fn write_if_smaller(file: &Path, suffix: &str, packed: &[u8], raw_len: usize) -> Result<()> {
    let path = with_suffix(file, suffix);
    if packed.len() < raw_len {
        return fs::write(&path, packed).at("write", &path);
    }
    match fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error).at("remove", &path),
        _ => Ok(()),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

fn brotli_11(raw: &[u8], file: &Path) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: raw.len(), ..BrotliEncoderParams::default() };
    let mut packed = Vec::with_capacity(raw.len() / 3);
    brotli::BrotliCompress(&mut &raw[..], &mut packed, &params).at("compress", file)?;
    Ok(packed)
}

fn gzip_9(raw: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(raw.len() / 2), Compression::best());
    encoder.write_all(raw)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Read;

    fn unpack_br(path: &Path) -> Vec<u8> {
        let mut out = Vec::new();
        brotli::Decompressor::new(&fs::read(path).unwrap()[..], 4096).read_to_end(&mut out).unwrap();
        out
    }

    fn unpack_gz(path: &Path) -> Vec<u8> {
        let mut out = Vec::new();
        flate2::read::GzDecoder::new(&fs::read(path).unwrap()[..]).read_to_end(&mut out).unwrap();
        out
    }

    #[test]
    fn every_text_file_gets_both_forms_and_they_unpack_to_it() {
        let dir = tempfile::tempdir().unwrap();
        let dist = dir.path().join("dist");
        fs::create_dir_all(dist.join("sub")).unwrap();
        let text = "<p>waiting</p>".repeat(500);
        fs::write(dist.join("index.html"), &text).unwrap();
        fs::write(dist.join("sub/a.js"), "let a = 1;".repeat(100)).unwrap();
        fs::write(dist.join("logo.png"), [0_u8; 500]).unwrap();

        let cache = dir.path().join("cache");
        let first = directory(&dist, &cache).unwrap();
        assert_eq!((first.files, first.reused), (2, 0));
        assert_eq!(first.raw, text.len() + 1000);
        assert_eq!(unpack_br(&dist.join("index.html.br")), text.as_bytes());
        assert_eq!(unpack_gz(&dist.join("index.html.gz")), text.as_bytes());
        assert!(dist.join("sub/a.js.br").exists());
        assert!(!dist.join("logo.png.br").exists());

        let again = directory(&dist, &cache).unwrap();
        assert_eq!((again.files, again.reused, again.brotli), (2, 2, first.brotli));
    }

    #[test]
    fn a_changed_file_is_compressed_anew_and_a_tiny_one_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let dist = dir.path().join("dist");
        fs::create_dir(&dist).unwrap();
        let cache = dir.path().join("cache");
        let page = dist.join("index.html");
        fs::write(&page, "a".repeat(300)).unwrap();
        directory(&dist, &cache).unwrap();
        fs::write(&page, "b".repeat(300)).unwrap();
        assert_eq!(directory(&dist, &cache).unwrap().reused, 0);
        assert_eq!(unpack_br(&dist.join("index.html.br")), "b".repeat(300).as_bytes());
        fs::write(&page, "x").unwrap();
        directory(&dist, &cache).unwrap();
        assert!(!dist.join("index.html.br").exists() && !dist.join("index.html.gz").exists());
    }
}
