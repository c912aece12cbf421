//! Which crate and which folder may use which. A rule of docs/ARCHITECTURE.md ("Rooms") is a line of a table here.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Crates of the workspace, and those of the workspace that each may depend on.
const CRATES: [(&str, &[&str]); 7] = [
    (".", &["console", "markup", "runs"]),
    ("crates/console", &["runs"]),
    ("crates/gateway", &["console", "runs", "sandbox"]),
    ("crates/markup", &[]),
    ("crates/runs", &[]),
    ("crates/sandbox", &[]),
    ("crates/xtask", &[]),
];

/// Pure crates, and all that they depend on: nothing there reads a clock, a network or a browser.
const PURE: [(&str, &[&str]); 2] = [("crates/runs", &["serde_json"]), ("crates/console", &["pulldown-cmark", "runs"])];

/// Folders of a crate's `src`, and the folders there that each may use.
const RUNS: [(&str, &[&str]); 7] = [
    ("value", &[]),
    ("wire", &["value"]),
    ("model", &["value", "wire"]),
    ("adapters", &["value", "wire", "model"]),
    ("reading", &["value", "wire", "model", "adapters"]),
    ("form", &["value"]),
    ("deciding", &["value", "wire", "model", "adapters", "reading", "form"]),
];

/// Of the dialects' modules only those of one vendor know each other.
const DIALECTS: [(&str, &[&str]); 7] = [
    ("airflow", &[]),
    ("flowstack", &[]),
    ("prefect", &[]),
    ("retab", &[]),
    ("retab_reviews", &["retab"]),
    ("superai", &[]),
    ("tableflow", &[]),
];

/// Those whose own server runs beside the tests; the sandbox plays the others.
const ENGINES: [&str; 2] = ["airflow", "prefect"];

const SANDBOX: [(&str, &[&str]); 8] = [
    ("contracts", &["auth", "engine", "demo", "state"]),
    ("demo", &["engine", "state"]),
    ("engine", &["demo", "faults", "state"]),
    ("auth", &[]),
    ("faults", &["auth", "engine", "listener", "state"]),
    ("listener", &[]),
    ("server", &["contracts", "demo", "engine", "faults", "listener", "state"]),
    ("state", &["engine", "faults"]),
];

/// The app. Everything stands on those above it, but for one circle: features ask `app` for parts and actions of the second module.
const APP: [(&str, &[&str]); 12] = [
    ("platform", &[]),
    ("net", &["platform"]),
    ("data", &["net", "platform"]),
    ("routes", &["data", "platform"]),
    ("router", &["data", "platform", "routes"]),
    ("strings", &["data", "platform"]),
    ("state", &["data", "net", "platform", "router", "routes", "strings"]),
    ("dom", &["platform"]),
    ("prelude", &["dom", "platform"]),
    ("ui", &["data", "dom", "net", "platform", "prelude", "router", "routes", "state", "strings"]),
    ("features", &["app", "data", "dom", "net", "platform", "prelude", "router", "routes", "state", "strings", "ui"]),
    ("app", &["data", "dom", "features", "net", "platform", "prelude", "router", "routes", "state", "strings", "ui"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A crate's dependencies by the names in its manifest, those for tests left out.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line == "[dependencies]";
        } else if inside
            && let Some((name, _)) = line.split_once(['.', '=', ' '])
            && !name.is_empty()
            && !name.starts_with('#')
            && !line.starts_with(' ')
        {
            found.push(name.to_owned());
        }
    }
    found
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// The source without comments: what it names, not what it speaks of.
fn code(text: &str) -> String {
    text.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect::<Vec<_>>().join("\n")
}

/// The first words of all paths below `base` (`crate::`), those in braces too.
fn named(code: &str, base: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect::<String>();
    let mut found = Vec::new();
    for (at, _) in code.match_indices(base) {
        if code[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':') {
            continue;
        }
        let rest = &code[at + base.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.push(word(rest));
            continue;
        };
        let (mut depth, mut begins) = (0, true);
        for (place, letter) in group.char_indices() {
            match letter {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                _ if letter.is_whitespace() => {}
                _ if begins && depth == 0 => {
                    found.push(word(&group[place..]));
                    begins = false;
                }
                _ => {}
            }
        }
    }
    found
}

/// Names that the crate's root hands on from a folder: `pub use wire::error::ApiError`.
fn handed_on(lib: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for path in lib.lines().filter_map(|line| line.strip_prefix("pub use ")) {
        let (folder, _) = path.split_once("::").unwrap();
        let (_, names) = path.rsplit_once("::").unwrap();
        for name in names.split(|letter: char| !letter.is_alphanumeric()).filter(|name| !name.is_empty()) {
            found.insert(name.to_owned(), folder.to_owned());
        }
    }
    found
}

/// How many modules up the deepest `super::` of a file goes; those of its own tests, one module further down, count one less.
fn climbs(code: &str) -> usize {
    let tests = code.find("#[cfg(test)]").unwrap_or(code.len());
    let highest = |part: &str| (1..9).take_while(|count| part.contains(&"super::".repeat(*count))).count();
    highest(&code[..tests]).max(highest(&code[tests..]).saturating_sub(1))
}

/// What in the folders breaks their rules: the file and what it names.
fn broken(src: &Path, base: &str, rules: &[(&str, &[&str])], handed: &BTreeMap<String, String>) -> Vec<String> {
    let mut found = Vec::new();
    for (room, allowed) in rules {
        let mut files = Vec::new();
        for own in [src.join(format!("{room}.rs")), src.join(room)] {
            if own.is_dir() {
                sources(&own, &mut files)
            } else if own.exists() {
                files.push(own)
            }
        }
        assert!(!files.is_empty(), "{} has no {room}", src.display());
        for file in files {
            let text = code(&fs::read_to_string(&file).unwrap());
            let shown = file.strip_prefix(src).unwrap();
            // `value/json.rs` is two modules below the root: one up it is still in its room.
            if climbs(&text) >= shown.components().count() {
                found.push(format!("{}: super:: leaves the folder", shown.display()));
            }
            for name in named(&text, base) {
                let used = handed.get(&name).unwrap_or(&name);
                let known = rules.iter().any(|(other, _)| other == used);
                if known && used != room && !allowed.contains(&used.as_str()) {
                    found.push(format!("{}: {base}{name}", shown.display()));
                }
            }
        }
    }
    found
}

/// The modules that a crate's root declares.
fn rooms(lib: &str) -> Vec<&str> {
    let declared = lib.lines().filter_map(|line| line.strip_suffix(';'));
    declared.filter_map(|line| line.strip_prefix("pub mod ").or_else(|| line.strip_prefix("mod "))).collect()
}

#[test]
fn crates_depend_only_on_those_below_them() {
    let members: Vec<&str> = CRATES.iter().filter_map(|(path, _)| path.strip_prefix("crates/")).collect();
    let mut folders: Vec<String> =
        fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    folders.sort();
    assert_eq!(folders, members, "each crate has its line");
    for (path, allowed) in CRATES {
        let found = dependencies(&fs::read_to_string(root().join(path).join("Cargo.toml")).unwrap());
        let wrong: Vec<&String> =
            found.iter().filter(|name| members.contains(&name.as_str()) && !allowed.contains(&name.as_str())).collect();
        assert!(wrong.is_empty(), "{path} depends on {wrong:?}");
    }
    for (path, all) in PURE {
        assert_eq!(dependencies(&fs::read_to_string(root().join(path).join("Cargo.toml")).unwrap()), all, "{path}");
    }
}

#[test]
fn folders_use_only_those_below_them() {
    for (path, rules) in [("src", &APP[..]), ("crates/runs/src", &RUNS[..]), ("crates/sandbox/src", &SANDBOX[..])] {
        let src = root().join(path);
        let lib = fs::read_to_string(src.join("lib.rs")).unwrap();
        let mut ruled: Vec<&str> = rules.iter().map(|(room, _)| *room).collect();
        ruled.sort_unstable();
        assert_eq!(rooms(&lib), ruled, "each folder of {path} has its line");
        let found = broken(&src, "crate::", rules, &handed_on(&lib));
        assert!(found.is_empty(), "{path}:\n{}", found.join("\n"));
    }
}

#[test]
fn vendors_do_not_know_each_other() {
    let played: Vec<_> = DIALECTS.into_iter().filter(|(name, _)| !ENGINES.contains(name)).collect();
    for (path, base, rules) in [
        ("crates/runs/src/adapters", "crate::adapters::", &DIALECTS[..]),
        ("crates/sandbox/src/contracts", "crate::contracts::", &played[..]),
    ] {
        let found = broken(&root().join(path), base, rules, &BTreeMap::new());
        let found: Vec<_> = found.into_iter().filter(|found| !found.contains("super::")).collect();
        assert!(found.is_empty(), "{path}:\n{}", found.join("\n"));
    }
}

#[test]
fn a_broken_rule_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let src = folder.path();
    fs::create_dir(src.join("low")).unwrap();
    let write = |name: &str, text: &str| fs::write(src.join(name), text).unwrap();
    let rules: [(&str, &[&str]); 2] = [("low", &[]), ("high", &["low"])];
    let handed = handed_on("pub use high::thing::{Thing, Other};\npub use low::Small;\n");
    write("high.rs", "use crate::low::Small;\nuse crate::{Small as Tiny, high::Thing};\n");
    for (text, wrong) in [
        ("/// See [`crate::high`].\nuse crate::Small;", None),
        ("use crate::high::Thing;", Some("low/part.rs: crate::high")),
        ("fn f() { crate::high::f() }", Some("low/part.rs: crate::high")),
        ("use crate::{low::Small, high::{self, Thing}};", Some("low/part.rs: crate::high")),
        ("use crate::Thing;", Some("low/part.rs: crate::Thing")),
        ("use super::Small;\n#[cfg(test)]\nmod tests { use super::super::Small; }", None),
        ("use super::super::high::Thing;", Some("low/part.rs: super:: leaves the folder")),
    ] {
        write("low/part.rs", text);
        assert_eq!(broken(src, "crate::", &rules, &handed), wrong.into_iter().collect::<Vec<_>>(), "{text}");
    }
}
