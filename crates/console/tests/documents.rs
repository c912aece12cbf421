//! What files are, in what their texts are encoded, and what separates their cells.
#![allow(clippy::unwrap_used)]

use console::file::cells::{Table, read, table};
use console::file::charset;
use console::file::charset::Why;
use console::file::sniff::{Kind, kind};
use proptest::prelude::*;

fn rows(text: &str) -> Vec<Vec<String>> {
    table(text, None, 100, 100).rows
}

#[test]
fn tables_are_read_by_the_rules_of_their_quotes() {
    assert_eq!(rows("a,b\r\n\"c, d\",\"e \"\"f\"\"\"\n"), vec![vec!["a", "b"], vec!["c, d", "e \"f\""]]);
    assert_eq!(rows("a;b,5;c\n1;2;3"), vec![vec!["a", "b,5", "c"], vec!["1", "2", "3"]]);
    assert_eq!(rows("\u{feff}a\tb"), vec![vec!["a", "b"]]);
    assert_eq!(rows("\"two\nlines\",x"), vec![vec!["two\nlines", "x"]]);
    assert_eq!(rows("\"\";x\n1;2"), vec![vec!["", "x"], vec!["1", "2"]]);
    assert_eq!(rows(""), Vec::<Vec<String>>::new());
    let cut = table("1,2,3\n4\n5", None, 2, 2);
    assert_eq!((cut.rows, cut.cut), (vec![vec!["1".to_owned(), "2".into()], vec!["4".into()]], true));
    assert!(!table("1\n2\n", None, 2, 1).cut);
}

#[test]
fn the_separator_is_found_outside_quotes_over_several_lines() {
    for (text, separator, wanted) in [
        ("\"Price, net\";\"Tax, 19 %\";Total\n10;2;12\n", ';', vec![vec!["Price, net", "Tax, 19 %", "Total"], vec!["10", "2", "12"]]),
        ("Name\t\"Cost per 1,000, net\"\nCable\t12\n", '\t', vec![vec!["Name", "Cost per 1,000, net"], vec!["Cable", "12"]]),
        ("sep=;\na;b\n1;2\n", ';', vec![vec!["a", "b"], vec!["1", "2"]]),
        ("\"sep=|\"\r\na,1|b\r\n1|2", '|', vec![vec!["a,1", "b"], vec!["1", "2"]]),
        ("Ort;Betrag\nBonn;12,50\nKiel;3,20", ';', vec![vec!["Ort", "Betrag"], vec!["Bonn", "12,50"], vec!["Kiel", "3,20"]]),
        ("12,50;2,00\n3,20;1,00", ';', vec![vec!["12,50", "2,00"], vec!["3,20", "1,00"]]),
        ("a;b\r1;2\r3;4\r", ';', vec![vec!["a", "b"], vec!["1", "2"], vec!["3", "4"]]),
        ("note,x\n\"one; two;\nthree; four\",1", ',', vec![vec!["note", "x"], vec!["one; two;\nthree; four", "1"]]),
        ("a,b\n5\" pipe,1\n\"6\" pipe,2\n", ',', vec![vec!["a", "b"], vec!["5\" pipe", "1"], vec!["\"6\" pipe", "2"]]),
        // Titles, notes and sums in prose say nothing of the table between them; nor do the commas of amounts.
        (
            "Posten, Stand Montag\nBeleg;Betrag, netto\nA-01;02,50\nA-02;50,00\n",
            ';',
            vec![vec!["Posten, Stand Montag"], vec!["Beleg", "Betrag, netto"], vec!["A-01", "02,50"], vec!["A-02", "50,00"]],
        ),
        (
            "Muster GmbH, Bonn\nListe, Mai\n\nNr;Betrag\n1;2,50\n2;3,00\n",
            ';',
            vec![vec!["Muster GmbH, Bonn"], vec!["Liste, Mai"], vec![""], vec!["Nr", "Betrag"], vec!["1", "2,50"], vec!["2", "3,00"]],
        ),
        (
            "Liste, Mai\nNr;Betrag\n1;2,50\n2;3,00\nSumme, gesamt: 5,50\n",
            ';',
            vec![vec!["Liste, Mai"], vec!["Nr", "Betrag"], vec!["1", "2,50"], vec!["2", "3,00"], vec!["Summe, gesamt: 5,50"]],
        ),
        ("Betrag\n12,50\n13,0\n", ';', vec![vec!["Betrag"], vec!["12,50"], vec!["13,0"]]),
        ("12,50\n13,00", ';', vec![vec!["12,50"], vec!["13,00"]]),
        ("x,y\n1,2\n3,45\n", ',', vec![vec!["x", "y"], vec!["1", "2"], vec!["3", "45"]]),
        ("just\nlines", ',', vec![vec!["just"], vec!["lines"]]),
    ] {
        let found = table(text, None, 100, 100);
        assert_eq!(
            (found.separator, found.rows),
            (separator, wanted.into_iter().map(|row| row.into_iter().map(str::to_owned).collect()).collect()),
            "{text:?}"
        );
    }
    assert_eq!(table("a;b,c", Some(','), 9, 9).rows, vec![vec!["a;b", "c"]]);
}

#[test]
fn a_title_above_the_heading_is_not_the_heading() {
    for (text, above) in [
        ("Report of March, 2026\n\nName;Amount;Tax\na;1;2\nb;2;3", 2),
        ("Report;;;\nName;Amount;Tax;Total\na;1;2;3\nb;2;3;4", 1),
        ("Name;Amount\na;1", 0),
        (";Q1;Q2\na;1;2\nb;3;4", 0),
        ("a\nb\nc", 0),
        ("", 0),
    ] {
        assert_eq!(table(text, None, 100, 100).above, above, "{text:?}");
    }
}

#[test]
fn an_encoding_is_told_by_the_mark_then_the_answer_then_the_bytes() {
    let known = |label: &str| label != "klingon";
    for (bytes, said, label, why) in [
        (&b"\xef\xbb\xbfK\xc3\xb6ln"[..], "text/csv; charset=windows-1252", "utf-8", Why::Mark),
        (b"\xff\xfeK\0", "", "utf-16le", Why::Mark),
        (b"\xfe\xff\0K", "", "utf-16be", Why::Mark),
        (b"K\xf6ln", "text/csv; charset=\"ISO-8859-15\"", "iso-8859-15", Why::Told),
        (b"K\xc3\xb6ln", "text/csv;header=present;Charset=koi8-r", "koi8-r", Why::Told),
        (b"K\xf6ln", "text/csv; charset=utf-8", "windows-1252", Why::Usual),
        (b"K\xf6ln", "text/csv; charset=klingon", "windows-1252", Why::Usual),
        (b"K\xf6ln", "text/csv", "windows-1252", Why::Usual),
        (b"K\xc3\xb6ln", "text/csv", "utf-8", Why::Bytes),
        (b"K\0\xf6\0l\0n\0", "", "utf-16le", Why::Bytes),
        (b"\0K\0\xf6\0l\0n", "", "utf-16be", Why::Bytes),
        (b"", "", "utf-8", Why::Bytes),
    ] {
        let found = charset::of(bytes, said, &known);
        assert_eq!((found.label.as_str(), found.why), (label, why), "{bytes:?} {said}");
    }
}

#[test]
fn a_file_is_told_by_its_first_bytes_then_its_name_then_its_type() {
    for (bytes, name, told, wanted) in [
        (&b"%PDF-1.7\n"[..], "scan", &["application/octet-stream"][..], Kind::Pdf),
        (b"junk\n%PDF-1.4", "a.pdf", &[], Kind::Pdf),
        (b"about %PDF-1.4", "a.txt", &[], Kind::Text),
        (b"\x89PNG\r\n\x1a\n", "scan.pdf", &["application/pdf"], Kind::Picture),
        (b"\xff\xd8\xff\xe0", "a.png", &["image/png"], Kind::Picture),
        (b"II*\0", "fax.pdf", &["image/tiff"], Kind::Tiff),
        (b"MM\0*", "a", &[], Kind::Tiff),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a.jpg", &["image/jpeg"], Kind::Heic),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "a.heic", &[], Kind::Picture),
        (b"a;b\n1;2", "a.csv", &["text/plain"], Kind::Table),
        (b"a;b\n1;2", "a.csv", &["application/octet-stream", "text/plain"], Kind::Table),
        (b"a;b\n1;2", "a.txt", &["text/csv"], Kind::Table),
        (b"a;b\n1;2", "a", &["text/csv; charset=utf-8"], Kind::Table),
        (b"a;b\n1;2", "a", &["text/plain"], Kind::Table),
        (b"Dear Ms. A, hello\nyours, B", "a", &["text/plain"], Kind::Text),
        (b"a;b\n1;2", "a.txt", &["text/plain"], Kind::Text),
        (b"{\"a\":1}", "a", &["application/octet-stream"], Kind::Json),
        (b"{not json", "a", &[], Kind::Text),
        (b"PK\x03\x04\x14\0\0\0", "a.csv", &["text/csv"], Kind::Other),
        (b"PK\x03\x04\x14\0\0\0", "a.docx", &["application/octet-stream"], Kind::Other),
        (b"\xff\xfea\0;\0b\0", "a.csv", &[], Kind::Table),
        (b"no document at all", "a.pdf", &["application/pdf"], Kind::Pdf),
        (b"a;b\n1;2", "a.pdf", &["text/csv"], Kind::Table),
        (b"Dear all", "a.pdf", &["text/plain"], Kind::Text),
        // A drawing that may hold scripts is text.
        (b"<svg/>", "a.svg", &["image/svg+xml"], Kind::Text),
        (b"<html>", "a.html", &["text/html"], Kind::Text),
        (b"\0\x01\x02", "a", &["application/octet-stream"], Kind::Other),
    ] {
        assert_eq!(kind(bytes, name, told), wanted, "{bytes:?} {name} {told:?}");
    }
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), name in ".{0,12}", said in ".{0,20}", text in "[\\s\\S]{0,200}") {
        kind(&bytes, &name, &[&said]);
        charset::of(&bytes, &said, &|_| true);
        let Table { rows, above, .. } = table(&text, None, 5, 5);
        prop_assert!(above <= rows.len());
    }

    #[test]
    fn a_written_table_reads_back(
        rows in proptest::collection::vec(proptest::collection::vec("[a-z,;\"\n\r ]{1,6}", 3), 2..6),
        separator in prop_oneof![Just(','), Just(';'), Just('\t'), Just('|')],
        end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
    ) {
        let cell = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let line = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(&separator.to_string());
        let text = rows.iter().map(line).collect::<Vec<_>>().join(end);
        prop_assert_eq!(&read(&text, separator, 100, 100).0, &rows);
        prop_assert_eq!(table(&text, None, 100, 100).separator, separator);
    }
}
