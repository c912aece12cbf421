//! Where values stand in documents.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use runs::Json;
use runs::cells::table;
use runs::places::{MAX_PLACES, find};

fn json(text: &str) -> Json {
    runs::json::parse(text.as_bytes()).unwrap()
}

/// What is found of a value in one line, as it stands there.
fn found(value: &str, line: &str) -> Vec<String> {
    let characters: Vec<char> = line.chars().collect();
    find(&json(value), &[line.to_owned()]).into_iter().map(|place| characters[place.from..place.to].iter().collect()).collect()
}

#[test]
fn numbers_are_found_as_documents_write_them() {
    for (value, line, wanted) in [
        ("1234.5", "Total 1,234.50 EUR", vec!["1,234.50"]),
        ("1234.5", "Summe 1.234,50 €", vec!["1.234,50"]),
        ("1234.5", "CHF 1'234.50", vec!["1'234.50"]),
        ("1234.5", "1 234,5 and 1\u{202f}234,50", vec!["1 234,5", "1\u{202f}234,50"]),
        ("1234.560", "1234.56", vec!["1234.56"]),
        ("1250", "1250.00 net, 1250", vec!["1250.00", "1250"]),
        ("9007199254740993", "9007199254740992 9007199254740993", vec!["9007199254740993"]),
        ("1250", "11250.00 1250.01 12500", vec![]),
        ("1250", "1,250 and €1,250.", vec!["1,250", "1,250"]),
        ("-5", "(5.00) -5 −5,0 5", vec!["5.00", "5", "5,0"]),
        ("5", "-5 5", vec!["5"]),
        ("0", "0.00", vec!["0.00"]),
        ("7", "007", vec![]),
        ("60", "60x60 60 x 60", vec!["60", "60"]),
        ("4711", "PO-4711 4711", vec!["4711"]),
        ("22", "22.11.2026 22:30", vec![]),
        ("12345678", "12,34,56,78", vec![]),
        ("189", "Chair 4 189.00 756.00", vec!["189.00"]),
        ("4189", "4 189.00", vec!["4 189.00"]),
        ("1.5e3", "1500", vec!["1500"]),
    ] {
        assert_eq!(found(value, line), wanted, "{value} in {line}");
    }
}

#[test]
fn dates_are_found_as_documents_write_them() {
    for written in [
        "2026-11-22",
        "22.11.2026",
        "22. 11. 2026",
        "22/11/2026",
        "11/22/2026",
        "22.11.26",
        "22 Nov 2026",
        "22 November 2026",
        "Nov 22, 2026",
        "November 22, 2026",
        "22-Nov-2026",
        "22. November 2026",
        "22 NOV 2026",
    ] {
        let line = format!("Date: {written} (paid)");
        assert_eq!(found(r#""2026-11-22""#, &line), vec![written], "{written}");
        assert_eq!(found(r#""2026-11-22T09:30:00Z""#, &line), vec![written], "{written}");
        assert_eq!(found(r#""2026-11-21""#, &line), Vec::<String>::new(), "{written}");
    }
    assert_eq!(found(r#""2026-03-01""#, "1. März 2026, 01.03.2026, 03.01.2026"), vec!["1. März 2026", "01.03.2026"]);
    assert_eq!(found(r#""2026-05-02""#, "May 2, 2026"), vec!["May 2, 2026"]);
}

#[test]
fn texts_are_found_whole_whatever_their_case_and_spaces() {
    assert_eq!(found(r#""Nordlicht Papier GmbH""#, "  NORDLICHT  Papier\tGmbH, Kiel"), vec!["NORDLICHT  Papier\tGmbH"]);
    assert_eq!(found(r#""PO-47""#, "PO-4711, PO-47."), vec!["PO-47"]);
    assert_eq!(found(r#""EUR""#, "EURO EUR (EUR)"), vec!["EUR", "EUR"]);
    for nothing in ["null", "true", r#""""#, r#""  ""#, "[]", "{}"] {
        assert_eq!(found(nothing, "true null [] {}"), Vec::<String>::new(), "{nothing}");
    }
}

#[test]
fn places_are_in_order_and_bounded() {
    let pieces: Vec<String> = (0..100).map(|at| format!("line {at}: 7")).collect();
    let places = find(&json("7"), &pieces);
    assert_eq!(places.len(), MAX_PLACES);
    assert!(places.windows(2).all(|two| (two[0].piece, two[0].from) < (two[1].piece, two[1].from)));
}

#[test]
fn tables_are_read_by_the_rules_of_their_quotes() {
    let rows = |text: &str| table(text, 100, 100).0;
    assert_eq!(rows("a,b\r\n\"c, d\",\"e \"\"f\"\"\"\n"), vec![vec!["a", "b"], vec!["c, d", "e \"f\""]]);
    assert_eq!(rows("a;b,5;c\n1;2;3"), vec![vec!["a", "b,5", "c"], vec!["1", "2", "3"]]);
    assert_eq!(rows("\u{feff}a\tb"), vec![vec!["a", "b"]]);
    assert_eq!(rows("\"two\nlines\",x"), vec![vec!["two\nlines", "x"]]);
    assert_eq!(rows(""), Vec::<Vec<String>>::new());
    assert_eq!(table("1,2,3\n4\n5", 2, 2), (vec![vec!["1".to_owned(), "2".into()], vec!["4".into()]], true));
    assert!(!table("1\n2\n", 2, 1).1);
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(value in ".{0,40}", number in any::<f64>(), lines in proptest::collection::vec(".{0,60}", 0..6)) {
        for value in [Json::String(value), serde_json::Number::from_f64(number).map_or(Json::Null, Json::Number)] {
            for place in find(&value, &lines) {
                let length = lines[place.piece].chars().count();
                prop_assert!(place.from < place.to && place.to <= length);
            }
        }
        table(&lines.join("\n"), 3, 3);
    }

    #[test]
    fn a_written_table_reads_back(rows in proptest::collection::vec(proptest::collection::vec("[a-z,;\"\n ]{1,6}", 2..4), 1..5)) {
        let line = |row: &Vec<String>| row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>().join(",");
        let text = format!("a,b,c,d,e,f,g,h\n{}", rows.iter().map(line).collect::<Vec<_>>().join("\n"));
        prop_assert_eq!(&table(&text, 100, 100).0[1..], &rows[..]);
    }
}
