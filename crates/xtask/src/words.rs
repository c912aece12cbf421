//! What holds for all visible text.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::PathBuf;

fn files(folder: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../src/strings")).join(folder);
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    files.map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap())).collect()
}

/// Which arguments of a text are numbers, by file and name of the text.
fn numbers() -> BTreeMap<(String, String), Vec<bool>> {
    let mut found = BTreeMap::new();
    for (file, text) in files("") {
        for line in text.lines() {
            let Some((name, rest)) = line.trim().strip_prefix("pub ").and_then(|line| line.split_once(": fn(")) else { continue };
            let arguments = rest.split(") ->").next().unwrap_or_default();
            let is_number = |kind: &str| ["u32", "u64", "usize"].iter().any(|number| kind.contains(number));
            found.insert((file.clone(), name.to_owned()), arguments.split(", ").map(is_number).collect());
        }
    }
    found
}

/// Each text that is made of arguments: its name, their names, and how it is made.
fn texts(file: &str) -> Vec<(String, Vec<String>, String)> {
    let mut texts: Vec<(String, Vec<String>, String)> = Vec::new();
    for line in file.lines() {
        let own = line.strip_prefix("    ").filter(|rest| !rest.starts_with([' ', '}']));
        let begins = own.and_then(|rest| rest.split_once(": |")).filter(|(name, _)| !name.contains([' ', '(', '"']));
        match (own, begins) {
            (_, Some((name, rest))) => {
                let (arguments, body) = rest.split_once('|').unwrap_or((rest, ""));
                let arguments = arguments.split(", ").map(str::to_owned).collect();
                texts.push((name.to_owned(), arguments, body.to_owned()));
            }
            (Some(_), None) => texts.push((String::new(), Vec::new(), String::new())),
            (None, _) => {
                if let Some((_, _, body)) = texts.last_mut() {
                    body.push_str(line);
                }
            }
        }
    }
    texts
}

/// 60000 characters beside "60,000 of 328,910".
#[test]
fn numbers_in_texts_are_grouped_by_the_one_function() {
    // Percents and seconds, which are never large.
    let small = ["uploading", "zoom", "held_said"];
    let numbers = numbers();
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (file, text) in files("en") {
        for (name, arguments, body) in texts(&text) {
            let Some(kinds) = numbers.get(&(file.clone(), name.clone())).filter(|_| !small.contains(&name.as_str())) else { continue };
            seen += 1;
            for (argument, _) in arguments.iter().zip(kinds).filter(|(_, number)| **number) {
                if body.contains(&format!("{{{argument}}}")) {
                    wrong.push(format!("{file}.rs, {name}: {{{argument}}}"));
                }
            }
        }
    }
    assert!(seen > 200, "only {seen} texts were found");
    assert_eq!(wrong, [""; 0]);
}
