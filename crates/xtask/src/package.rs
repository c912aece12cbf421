//! `cargo xtask package`: one file that runs anywhere, with what is in it and the sums to check it by.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::app;
use crate::failure::{AtPath, Failure, Result};
use crate::setup;
use crate::workbench::{self, Workbench, output};

/// The npm packages whose code is in the app.
const FROM_NPM: [&str; 3] = ["pdfjs-dist", "utif2", "@hyperjump/json-schema"];
/// What cargo-cyclonedx names its files.
const NAMED: &str = "sluice-package.cdx";

pub(crate) fn package() -> Result<()> {
    let bench = setup::for_package()?.bench;
    eprintln!("Building the app");
    app::build(&bench)?;
    eprintln!("Building the server with the app inside");
    let server = app::packaged_server(&bench)?;
    let folder = bench.target_dir.join("package").join(format!("sluice-{}-{}", env!("CARGO_PKG_VERSION"), host(&bench)?));
    if folder.exists() {
        fs::remove_dir_all(&folder).at("empty", &folder)?;
    }
    fs::create_dir_all(&folder).at("create", &folder)?;
    let program = server.file_name().unwrap_or_default();
    fs::copy(&server, folder.join(program)).at("copy", &server)?;
    for file in ["LICENSE", "sluice.example.toml"] {
        fs::copy(bench.root.join(file), folder.join(file)).at("copy", &bench.root.join(file))?;
    }
    let deploy = folder.join("deploy");
    fs::create_dir(&deploy).at("create", &deploy)?;
    for file in listed(&bench.root.join("deploy"))? {
        fs::copy(&file, deploy.join(file.file_name().unwrap_or_default())).at("copy", &file)?;
    }
    bills_of_materials(&bench, &folder)?;
    tried(&folder.join(program))?;
    let sums = folder.join("SHA256SUMS");
    fs::write(&sums, checksums(&folder)?).at("write", &sums)?;
    eprintln!("{}: `sha256sum -c SHA256SUMS` there checks it; `./sluice serve` starts it", folder.display());
    Ok(())
}

fn host(bench: &Workbench) -> Result<String> {
    let told = output(bench.command("rustc").arg("-vV")).unwrap_or_default();
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Failure::new("rustc does not say which machine it builds for"))
}

/// Of the binary, and of the app inside it (CycloneDX).
fn bills_of_materials(bench: &Workbench, folder: &Path) -> Result<()> {
    let mut cyclonedx = bench.command("cargo");
    cyclonedx.args(["cyclonedx", "--format", "json", "--spec-version", "1.5", "--override-filename", NAMED]);
    workbench::run(&mut cyclonedx)?;
    // It writes one beside each member's manifest.
    let made = |member: &str| bench.root.join(member).join(format!("{NAMED}.json"));
    let taken = [("crates/gateway", "sluice.cdx.json"), (".", "sluice-app.cdx.json")].into_iter().try_for_each(|(member, name)| {
        let text = fs::read_to_string(made(member)).at("read", &made(member))?;
        let mut bill: Value =
            serde_json::from_str(&text).map_err(|error| Failure::new("the bill of materials is no JSON").because(error))?;
        if member == "." {
            add_npm(&mut bill, &bench.tests_dir().join("package.json"))?;
        }
        let path = folder.join(name);
        fs::write(&path, format!("{bill:#}\n")).at("write", &path)
    });
    let members = fs::read_dir(bench.root.join("crates")).at("list", &bench.root.join("crates"))?.flatten();
    for member in members.map(|member| member.path()).chain([bench.root.clone()]) {
        let _ = fs::remove_file(member.join(format!("{NAMED}.json")));
    }
    taken
}

fn add_npm(bill: &mut Value, package: &Path) -> Result<()> {
    let text = fs::read_to_string(package).at("read", package)?;
    let package: Value = serde_json::from_str(&text).map_err(|error| Failure::new("tests/package.json is no JSON").because(error))?;
    let Some(components) = bill.get_mut("components").and_then(Value::as_array_mut) else {
        return Err(Failure::new("the bill of materials lists no components"));
    };
    for name in FROM_NPM {
        let version = package["devDependencies"][name].as_str();
        let version = version.ok_or_else(|| Failure::new(format!("tests/package.json does not pin {name}")))?;
        let purl = format!("pkg:npm/{}@{version}", name.replace('@', "%40"));
        components.push(json!({ "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl }));
    }
    Ok(())
}

/// Starts it where nothing else is: the app has to come out of it.
fn tried(program: &Path) -> Result<()> {
    let empty = tempfile::tempdir().map_err(|error| Failure::new("there is no temporary folder").because(error))?;
    let mut server = Command::new(program)
        .args(["serve", "--listen", "127.0.0.1:0", "--store", ":memory:", "--db", ":memory:", "--runs", "1", "--quiet"])
        .current_dir(&empty)
        .env_remove("SLUICE_CONFIG")
        .env_remove("SLUICE_STORE_URL")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| Failure::new(format!("{} does not start", program.display())).because(error))?;
    let page = page_of(server.stdout.take());
    let _ = server.kill();
    let _ = server.wait();
    match page {
        Some(page) if page.starts_with("HTTP/1.1 200") && page.contains("/boot") => Ok(()),
        _ => Err(Failure::new(format!("{} starts, and does not show the app", program.display()))),
    }
}

/// The first page that it answers with, head and all.
fn page_of(told: Option<ChildStdout>) -> Option<String> {
    let mut line = String::new();
    BufReader::new(told?).read_line(&mut line).ok()?;
    let address = line.split_whitespace().find_map(|word| word.strip_prefix("http://"))?.trim_end_matches('/').to_owned();
    let mut stream = TcpStream::connect(&address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    write!(stream, "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").ok()?;
    let mut page = String::new();
    stream.read_to_string(&mut page).ok()?;
    Some(page)
}

/// The files of a folder, by name.
fn listed(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).at("list", folder)?.flatten().map(|file| file.path()).collect();
    files.retain(|file| file.is_file());
    files.sort();
    Ok(files)
}

/// Lines for `sha256sum -c`.
fn checksums(folder: &Path) -> Result<String> {
    let deploy = folder.join("deploy");
    let mut files = listed(folder)?;
    if deploy.is_dir() {
        files.extend(listed(&deploy)?);
    }
    let mut lines = String::new();
    for file in files {
        let digest = Sha256::digest(fs::read(&file).at("read", &file)?);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let _ = writeln!(lines, "{digest}  {}", file.strip_prefix(folder).unwrap_or(&file).display());
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn sums_are_those_that_sha256sum_checks() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("b"), "").unwrap();
        fs::write(folder.path().join("a"), "abc").unwrap();
        fs::create_dir(folder.path().join("deploy")).unwrap();
        fs::write(folder.path().join("deploy/c"), "").unwrap();
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a\n\
                        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\n\
                        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  deploy/c\n";
        assert_eq!(checksums(folder.path()).unwrap(), expected);
    }

    #[test]
    fn what_comes_from_npm_is_in_the_bill() {
        let mut bill = json!({ "components": [] });
        add_npm(&mut bill, &Workbench::open().unwrap().tests_dir().join("package.json")).unwrap();
        let names: Vec<_> = bill["components"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(names, FROM_NPM);
    }
}
