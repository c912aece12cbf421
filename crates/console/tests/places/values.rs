//! Numbers, dates and texts, however they are written.

use super::*;

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
        ("1234567.5", "₹12,34,567.50", vec!["12,34,567.50"]),
        ("612", "0,612", vec![]),
        ("1612500.5", "1\u{2007}612\u{2007}500,5", vec!["1\u{2007}612\u{2007}500,5"]),
        ("1612.5", "合計\u{3000}1\u{3000}612.50", vec!["1\u{3000}612.50"]),
        ("1234.5", "๑,๒๓๔.๕๐ and ১,২৩৪.৫০ and ١٬٢٣٤٫٥٠", vec!["๑,๒๓๔.๕๐", "১,২৩৪.৫০", "١٬٢٣٤٫٥٠"]),
        ("100", "100、200", vec!["100"]),
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
fn words_parted_at_the_end_of_a_line_are_found() {
    for (value, text, wanted) in [
        ("Rechnungsnummer 4711", "Unsere Rechnungs-\nnummer 4711 vom Mai", "Rechnungs-\nnummer 4711"),
        ("Vertragslaufzeit", "Vertrags\u{2010}\r\n  laufzeit", "Vertrags\u{2010}\r\n  laufzeit"),
        ("Lieferschein 88", "Liefer\u{ad}schein 88", "Liefer\u{ad}schein 88"),
        ("Lieferschein 88", "Liefer\u{ad}\nschein 88", "Liefer\u{ad}\nschein 88"),
        ("PO-4711", "Order PO-\n4711.", "PO-\n4711"),
        ("PO- 4711", "Order PO-\n4711.", "PO-\n4711"),
        ("Müller-Lüdenscheidt GmbH", "Firma Müller-\nLüden-\nscheidt GmbH", "Müller-\nLüden-\nscheidt GmbH"),
        ("12 Monate", "für 12\nMonate", "12\nMonate"),
    ] {
        assert_eq!(found(&Json::from(value).to_string(), text), vec![wanted], "{value} in {text:?}");
    }
    assert_eq!(found(r#""Rechnungsnummer""#, "Rechnungs - nummer, Rechnungs-nummer, Rechnungsnummern"), Vec::<String>::new());
}

#[test]
fn letters_are_found_however_they_are_composed() {
    for (value, text, wanted) in [
        ("final GmbH", "Kunde \u{fb01}nal GmbH", "\u{fb01}nal GmbH"),
        ("Kühlhaus Müller", "Ku\u{308}hlhaus Mu\u{308}ller", "Ku\u{308}hlhaus Mu\u{308}ller"),
        ("Ku\u{308}hlhaus", "KÜHLHAUS", "KÜHLHAUS"),
        ("ＡＢＣ商事", "株式会社ABC商事", "ABC商事"),
        ("請求書", "請求書番号", "請求書"),
        ("ガス", "カ\u{3099}ス ｶﾞｽ", "カ\u{3099}ス"),
        ("O'Neill", "O’Neill", "O’Neill"),
        ("한국", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"),
    ] {
        assert_eq!(found(&Json::from(value).to_string(), text).first().map(String::as_str), Some(wanted), "{value} in {text:?}");
    }
    // A letter is not the one with a mark on it.
    assert_eq!(found(r#""Mu""#, "Mü Mu\u{308} Mu"), vec!["Mu"]);
    assert_eq!(found("12500", "合計１２，５００円"), vec!["１２，５００"]);
    assert_eq!(found("1250.5", "١٢٥٠٫٥"), vec!["١٢٥٠٫٥"]);
}

#[test]
fn long_numbers_are_found_however_they_are_grouped() {
    for (value, text, wanted) in [
        ("DE02120300000000202051", "IBAN DE02 1203 0000 0000\n2020 51", "DE02 1203 0000 0000\n2020 51"),
        ("DE02 1203 0000 0000 2020 51", "IBAN: DE02120300000000202051.", "DE02120300000000202051"),
        ("DE02 1203 0000 0000 2020 51", "DE02-1203-0000-0000-2020-51", "DE02-1203-0000-0000-2020-51"),
        ("GB123456782", "VAT no. GB 123 4567 82", "GB 123 4567 82"),
        ("4111111111111111", "4111 1111 1111 1111", "4111 1111 1111 1111"),
    ] {
        assert_eq!(found(&Json::from(value).to_string(), text), vec![wanted], "{value} in {text:?}");
    }
    assert_eq!(found(r#""DE02120300000000202051""#, "DE02 1203 0000 0000 2020 512"), Vec::<String>::new());
    assert_eq!(found(r#""16125000""#, "161,250.00 161.250,00 161250.00"), Vec::<String>::new());
}

#[test]
fn a_picture_of_a_digit_is_no_digit() {
    for picture in ["\u{2783}", "\u{2463}", "\u{2074}", "\u{2779}"] {
        assert_eq!(found("4", picture), Vec::<String>::new(), "{picture}");
        assert_eq!(found(r#""4""#, picture), Vec::<String>::new(), "{picture}");
    }
    // Nor part of the number that it stands at.
    assert_eq!(found("1612.5", "1612.50² \u{2783}1612.50"), vec!["1612.50", "1612.50"]);
}

#[test]
fn what_is_typed_is_found_within_words() {
    let pieces = ["Rechnungs-\nnummer 4711".to_owned(), "nichts".to_owned(), "Nummer, \u{fb01}nal".to_owned()];
    let all = |typed: &str| places::search(typed, &pieces, &form, 100).into_iter().map(|place| place.piece).collect::<Vec<_>>();
    assert_eq!(all("NUMM"), [0, 2]);
    assert_eq!(all("ungsnum"), [0]);
    assert_eq!(all("fina"), [2]);
    assert_eq!(all("  "), Vec::<usize>::new());
    assert_eq!(places::search("n", &pieces, &form, 3).len(), 3);
}

#[test]
fn frames_turn_with_their_page() {
    let frame = Frame { x: 10_000, y: 20_000, width: 30_000, height: 5_000 };
    assert_eq!(frame.turned(1), Frame { x: 75_000, y: 10_000, width: 5_000, height: 30_000 });
    assert_eq!(frame.turned(2), Frame { x: 60_000, y: 75_000, width: 30_000, height: 5_000 });
    assert_eq!(frame.turned(3).turned(1), frame);
    assert_eq!(frame.turned(1).turned(1), frame.turned(2));
    assert_eq!(frame.turned(4), frame);
}

proptest! {
    #[test]
    fn a_value_is_found_however_its_text_is_written(
        words in proptest::collection::vec("[A-Za-zäöüéñßçÅ]{2,9}", 1..4),
        composed in any::<bool>(),
        parted in any::<bool>(),
        upper in any::<bool>(),
    ) {
        let value = words.join(" ");
        let mut written = if parted {
            let part = |word: &String| {
                let (first, rest) = word.split_at(word.char_indices().nth(1).map_or(word.len(), |(at, _)| at));
                if rest.is_empty() { word.clone() } else { format!("{first}-\n{rest}") }
            };
            words.iter().map(part).collect::<Vec<_>>().join("\n")
        } else {
            value.clone()
        };
        written = if composed { written.nfc().collect() } else { written.nfd().collect() };
        // `ß` has another upper case.
        if upper && !written.contains('ß') {
            written = written.to_uppercase();
        }
        let pieces = [format!("( {written} )")];
        let places = find(&Json::from(value), &pieces);
        prop_assert!(places.iter().any(|place| (place.from, place.to) == (2, pieces[0].chars().count() - 2)), "{pieces:?} {places:?}");
    }
}

#[test]
fn places_are_in_order_and_bounded() {
    let pieces: Vec<String> = (0..100).map(|at| format!("line {at}: 7")).collect();
    let places = find(&json("7"), &pieces);
    assert_eq!(places.len(), MAX_PLACES);
    assert!(places.windows(2).all(|two| (two[0].piece, two[0].from) < (two[1].piece, two[1].from)));
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
    }
}
