//! Runs as a file: every field in its place, nothing lost, nothing that a spreadsheet would run.
#![allow(clippy::unwrap_used, clippy::panic)]

use console::file::cells;
use console::file::export::{Format, Line};
use console::file::sheet::{LONGEST, Record, Separator, is_formula};
use proptest::prelude::*;
use runs::model::{Run, RunError, Trigger, TriggerKind};
use runs::value::json::{Json, parse};
use runs::{Status, StatusKind, Timestamp};

const CSV: Format = Format::Csv(Separator::Comma);

fn run(name: &str) -> Run {
    Run {
        flow_name: Some("Invoices, all".into()),
        flow_version: Some("12".into()),
        trigger: Some(Trigger { kind: TriggerKind::Email, raw: "email".into(), detail: Some("=a@b.example".into()) }),
        name: Some(name.into()),
        created_at: Some(Timestamp(1_776_762_002_340)),
        finished_at: Some(Timestamp(1_776_762_003_000)),
        duration_ms: Some(660),
        waiting_on: vec!["Check".into(), "Sign".into()],
        error: Some(RunError { message: "-1+cmd|' /C calc'!A0".into(), step: Some("Extract".into()), ..RunError::default() }),
        steps_total: Some(7),
        steps_done: Some(3),
        attempt: Some(2),
        metadata: vec![("amount".into(), parse(b"1234.560").unwrap()), ("big".into(), parse(b"9007199254740993").unwrap())],
        ..Run::new("run_1", "wf_1", Status::new(StatusKind::Failed, "error"))
    }
}

fn csv(lines: &[Run]) -> Vec<Vec<String>> {
    let body: String = lines.iter().map(|run| CSV.line(&Line { connection: "retab", number: Some(1_042), run }, false)).collect();
    let text = format!("{}{body}{}", CSV.head(), CSV.foot());
    assert!(text.starts_with('\u{feff}') && text.ends_with("\r\n"));
    cells::read(&text, ',', 1_000, 1_000).0
}

fn column(table: &[Vec<String>], name: &str) -> String {
    let at = table[0].iter().position(|column| column == name).unwrap();
    table[1][at].clone()
}

#[test]
fn a_csv_line_has_every_field_and_no_formula() {
    let table = csv(&[run("He said \"no\",\r\ntwice")]);
    assert_eq!(table.len(), 2);
    assert_eq!(table[0].len(), table[1].len());
    for (name, value) in [
        ("connection", "retab"),
        ("id", "run_1"),
        ("number", "1042"),
        ("flow_name", "Invoices, all"),
        ("status", "failed"),
        ("vendor_status", "error"),
        ("trigger", "email"),
        ("trigger_detail", "'=a@b.example"),
        ("name", "He said \"no\",\r\ntwice"),
        ("created_at", "2026-04-21T09:00:02.340Z"),
        ("started_at", ""),
        ("duration_ms", "660"),
        ("waiting_on", "Check\nSign"),
        ("steps_done", "3"),
        ("attempt", "2"),
        ("error_message", "'-1+cmd|' /C calc'!A0"),
        ("error_stage", ""),
        ("metadata", r#"{"amount":1234.560,"big":9007199254740993}"#),
    ] {
        assert_eq!(column(&table, name), value, "{name}");
    }
}

#[test]
fn a_run_that_ends_before_it_starts_has_no_duration_in_a_file() {
    let times = |started: i64, finished: i64| Run {
        started_at: Some(Timestamp(started)),
        finished_at: Some(Timestamp(finished)),
        duration_ms: Some(0),
        ..run("x")
    };
    assert_eq!(column(&csv(&[times(2_000, 1_000)]), "duration_ms"), "");
    assert_eq!(column(&csv(&[times(1_000, 1_000)]), "duration_ms"), "0");
}

#[test]
fn a_json_file_is_one_list_whose_numbers_keep_their_digits() {
    let (one, two) = (run("=1+1"), run("two"));
    let line = |run, first| Format::Json.line(&Line { connection: "retab", number: None, run }, first);
    let text = format!("{}{}{}{}", Format::Json.head(), line(&one, true), line(&two, false), Format::Json.foot());
    assert!(text.contains("1234.560") && text.contains("9007199254740993"));
    let list = parse(text.as_bytes()).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert_eq!(list[0]["name"], Json::from("=1+1"), "data for programs stays as it is");
    assert_eq!((&list[0]["number"], &list[1]["status"]), (&Json::Null, &Json::from("failed")));
    assert_eq!(list[1]["waiting_on"], parse(br#"["Check","Sign"]"#).unwrap());
    let empty = Format::Json.head() + &Format::Json.foot();
    assert_eq!(parse(empty.as_bytes()).unwrap(), Json::Array(Vec::new()));
}

#[test]
fn a_file_that_was_cut_says_so_in_its_last_line_and_stays_readable() {
    let words = "INCOMPLETE: 1 run. Retab did not answer.";
    let run = run("x");
    let line = Line { connection: "retab", number: None, run: &run };
    let text = CSV.head() + &CSV.line(&line, true) + &CSV.cut(words, false);
    let table = cells::read(&text, ',', 10, 100).0;
    assert_eq!((table.len(), table[2].len()), (3, table[0].len()));
    assert_eq!((table[2][0].as_str(), table[2][1].as_str()), (words, ""));
    let text = Format::Json.head() + &Format::Json.line(&line, true) + &Format::Json.cut(words, false);
    let list = parse(text.as_bytes()).unwrap();
    assert_eq!((list[1].get("id"), &list[1]["incomplete"]), (None, &Json::from(words)));
    let text = Format::Json.head() + &Format::Json.cut("INCOMPLETE: no run.", true);
    assert_eq!(parse(text.as_bytes()).unwrap().as_array().unwrap().len(), 1);
}

fn cell(text: &str) -> String {
    let mut record = Record::new(Separator::Comma);
    record.text(text);
    cells::read(&record.end(), ',', 10, 10).0.concat().concat()
}

#[test]
fn a_file_can_be_made_for_a_spreadsheet_with_a_decimal_comma() {
    for separator in Separator::ALL {
        let format = Format::Csv(separator);
        let run = run("a,b;c\td");
        let text = format.head() + &format.line(&Line { connection: "retab", number: None, run: &run }, true);
        let table = cells::read(&text, separator.sign(), 10, 100).0;
        assert_eq!(table[1].len(), table[0].len(), "{separator:?}");
        assert_eq!(column(&table, "name"), "a,b;c\td");
        assert_eq!(Separator::of_word(separator.word()), Some(separator));
    }
}

#[test]
fn a_cell_that_is_too_long_for_excel_is_cut_with_a_mark() {
    let whole = "x".repeat(LONGEST);
    assert_eq!(cell(&whole), whole);
    for (text, length) in [("x".repeat(LONGEST + 1), 32_768), ("𝄞".repeat(20_000), 40_000), (format!("={}", "x".repeat(40_000)), 40_002)]
    {
        let cut = cell(&text);
        assert!((LONGEST - 1..=LONGEST).contains(&cut.encode_utf16().count()), "{}", cut.encode_utf16().count());
        assert!(cut.ends_with(&format!("… [cut: {length} characters]")), "{}", &cut[cut.len() - 40..]);
    }
}

#[test]
fn colours_of_a_terminal_are_no_part_of_a_cell() {
    for (text, wanted) in [
        ("\u{1b}[31mValueError\u{1b}[0m: total \u{1b}[1m1612.50\u{1b}[22m", "ValueError: total 1612.50"),
        ("\u{1b}]8;;https://a.example\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
        ("\u{1b}]0;title\u{7}after", "after"),
        ("\u{9b}38;5;1mred\u{9b}m", "red"),
        ("a\u{0}b\u{7}c\td\r\ne", "abc\td\r\ne"),
        ("bold\u{1b}(B\u{1b}[m off", "bold off"),
        ("\u{1b}[31", ""),
        ("\u{1b}]never ended", "never ended"),
        ("\u{1b}", ""),
        ("\u{1b}[1m=1+1", "'=1+1"),
        ("Köln [31m", "Köln [31m"),
    ] {
        assert_eq!(cell(text), wanted, "{text:?}");
    }
}

#[test]
fn formulas_are_known_by_what_they_begin_with_and_numbers_are_none() {
    for text in
        ["=1", "+1", "-a", "@SUM(A1)", "\t=1", "\rx", "\nx", " =1", "\u{feff}=1", "＝1", "-1+1", "-", "-1e", "--1", "+", "-.5", "-1."]
    {
        assert!(is_formula(text), "{text:?}");
    }
    for text in ["", "-12.50", "-1e5", "-1.5E-3", "0", "a=1", "1-1", "{\"a\":1}", "'=1", "a\nb"] {
        assert!(!is_formula(text), "{text:?}");
    }
}

proptest! {
    #[test]
    fn any_name_comes_back_from_its_cell_and_is_never_a_formula(name in "[\\PC\t\r\n=+@-]{0,40}") {
        let table = csv(&[run(&name)]);
        prop_assert_eq!(table.len(), 2);
        let cell = column(&table, "name");
        prop_assert!(!is_formula(&cell), "{:?}", cell);
        prop_assert_eq!(if is_formula(&name) { cell.strip_prefix('\'').unwrap() } else { &cell }, name.as_str());
    }

    #[test]
    fn any_name_comes_back_from_json(name in any::<String>()) {
        let text = Format::Json.line(&Line { connection: "c", number: None, run: &run(&name) }, true);
        prop_assert_eq!(parse(text.as_bytes()).unwrap()["name"].clone(), Json::from(name));
    }
}
