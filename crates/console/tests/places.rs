//! Where values stand in documents.
#![allow(clippy::unwrap_used)]

use console::places;
use console::places::{Found, Layer, MAX_PLACES, Sought, Span, Spot, Text, is_sought};
use proptest::prelude::*;
use runs::Json;
use runs::model::source::{Frame, SourceLocation};
use unicode_normalization::UnicodeNormalization;

fn json(text: &str) -> Json {
    runs::value::json::parse(text.as_bytes()).unwrap()
}

/// What the browser does by `normalize("NFKC")` and `toLowerCase`.
fn form(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}

fn find(value: &Json, pieces: &[String]) -> Vec<Span> {
    places::find(value, pieces, &form)
}

fn mark(fields: &[Sought], pieces: &[String], told: &[SourceLocation]) -> Found {
    places::mark(fields, pieces, told, &form)
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

fn sought(path: &str, value: &str, read: Option<&str>) -> Sought {
    Sought { path: path.into(), value: json(value), read: read.map(json) }
}

fn words(text: &str, places: &[Span]) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    places.iter().map(|place| characters[place.from..place.to].iter().collect()).collect()
}

#[test]
fn all_fields_are_found_in_one_pass_as_each_alone() {
    let pieces = vec!["Order PO-4711 of 22.11.2026, total 1,562.50 EUR".to_owned(), "EUR 1562.5 po-4711".to_owned()];
    let fields: Vec<Sought> = [r#""PO-4711""#, "1562.50", r#""2026-11-22""#, r#""EUR""#, "4711", r#""nobody""#, "null", r#""of 22""#]
        .iter()
        .enumerate()
        .map(|(at, value)| sought(&format!("/{at}"), value, None))
        .collect();
    let found = mark(&fields, &pieces, &[]);
    for (at, field) in fields.iter().enumerate() {
        let here: Vec<Span> = found.of(at).into_iter().map(|spot| found.spots[spot].place).collect();
        assert_eq!(here, find(&field.value, &pieces), "{}", field.value);
    }
    assert_eq!(found.of(0).len(), 2);
    assert_eq!(found.fields(), 5);
    assert!(found.spots.windows(2).all(|two| two[0].place < two[1].place));
}

#[test]
fn fields_of_one_value_share_their_places() {
    let found = mark(&[sought("/net", "12.5", None), sought("/total", "12.50", None)], &["12.50".to_owned()], &[]);
    assert_eq!(found.spots.len(), 1);
    assert_eq!(found.spots[0].fields, [0, 1]);
}

#[test]
fn a_new_value_that_stands_nowhere_leaves_the_mark_on_what_was_read() {
    let pieces = ["VAT GB12345678, total 1,612.50, order 1,562.50".to_owned()];
    let typed = mark(&[sought("/vat", r#""GB123456789""#, Some(r#""GB12345678""#))], &pieces, &[]);
    assert_eq!(words(&pieces[0], &[typed.spots[0].place]), ["GB12345678"]);
    assert_eq!(typed.as_read, [0]);
    // A corrected value that the document has is marked itself.
    let corrected = mark(&[sought("/total", "1562.50", Some("1612.50"))], &pieces, &[]);
    assert_eq!(words(&pieces[0], &[corrected.spots[0].place]), ["1,562.50"]);
    assert!(corrected.as_read.is_empty());
    assert_eq!(corrected.spots.len(), 1);
}

#[test]
fn what_the_vendor_says_goes_before_what_is_found() {
    let pieces = ["8 8 9".to_owned(), "77".to_owned()];
    let frame = Frame { x: 1, y: 2, width: 3, height: 4 };
    let told = [SourceLocation { path: "/quantity".into(), file: "file_1".into(), page: 2, frame }];
    let as_read = mark(&[sought("/quantity", "8", None), sought("/other", "8", None)], &pieces, &told);
    let of = |found: &Found, field| found.of(field).into_iter().map(|spot| found.spots[spot].clone()).collect::<Vec<_>>();
    assert_eq!(of(&as_read, 0), [Spot { place: Span { piece: 1, from: 0, to: 0 }, frame: Some(frame), fields: vec![0] }]);
    assert_eq!(of(&as_read, 1).len(), 2, "a field of which it says nothing is looked for");
    // It speaks of the value that was read.
    let corrected = mark(&[sought("/quantity", "9", Some("8"))], &pieces, &told);
    assert_eq!((of(&corrected, 0)[0].frame, corrected.as_read.len()), (None, 0));
    let unknown = mark(&[sought("/quantity", "10", Some("8"))], &pieces, &told);
    assert_eq!((of(&unknown, 0)[0].frame, unknown.as_read.as_slice()), (Some(frame), &[0][..]));
}

#[test]
fn only_texts_and_numbers_are_sought() {
    for (value, is) in [("1", true), ("0", true), (r#""a""#, true), (r#"" ""#, false), ("null", false), ("true", false), ("[1]", false)] {
        assert_eq!(is_sought(&json(value)), is, "{value}");
    }
}

#[test]
fn leaves_of_json_are_found_where_they_are_shown() {
    let value = json(r#"{"id":"PO-4711","lines":[{"amount":1562.50,"text":"a \"b\" c"}],"none":[],"all":{}}"#);
    let text = Text::json(&value, 10_000);
    assert_eq!(text.text, format!("{value:#}"), "as it is shown elsewhere");
    assert!(!text.cut);
    let at = |value: &str| {
        let place = find(&json(value), &text.pieces())[0];
        let (from, to) = text.range(&place).unwrap();
        text.text[from..to].to_owned()
    };
    assert_eq!(at("1562.5"), "1562.50");
    assert_eq!(at(r#""PO-4711""#), r#""PO-4711""#);
    assert_eq!(at(r#""b""#), r#""a \"b\" c""#, "the whole leaf");
    let cut = Text::json(&value, 30);
    assert!(cut.cut && cut.text.chars().count() <= 30 && text.text.starts_with(&cut.text));
    assert_eq!(cut.pieces(), ["PO-4711"]);
}

#[test]
fn texts_of_several_lines_and_in_colours_are_shown_as_they_are_read() {
    let value = json(r#"{"stack":"Traceback\n  File \"a.py\"\r\n\u001b[31mValueError\u001b[0m: x","raw":"{\"a\":1}\n"}"#);
    let shown = "{\n  \"stack\": \"Traceback\n      File \"a.py\"\n    ValueError: x\",\n  \"raw\": \"{\\\"a\\\":1}\\n\"\n}";
    assert_eq!(Text::of(&value, 1_000).text, shown);
    assert_eq!(Text::of(&json(r#""\u001b[1mtotal\u001b[22m 1""#), 100).text, "total 1");
}

#[test]
fn places_in_plain_text_are_told_in_bytes() {
    let text = Text::of(&json(r#""Größe: 12,50 €\nSumme 12.50""#), 1_000);
    let places = find(&json("12.5"), &text.pieces());
    let shown: Vec<&str> = places.iter().filter_map(|place| text.range(place)).map(|(from, to)| &text.text[from..to]).collect();
    assert_eq!(shown, ["12,50", "12.50"]);
    assert_eq!(Text::plain("äöü", 2), Text::plain("äö", 9).into_cut());
    assert_eq!(text.range(&Span { piece: 1, from: 0, to: 1 }), None);
    assert_eq!(text.range(&Span { piece: 0, from: 0, to: 900 }), None);
}

trait IntoCut {
    fn into_cut(self) -> Self;
}

impl IntoCut for Text {
    fn into_cut(mut self) -> Self {
        self.cut = true;
        self
    }
}

/// A page of 1000 × 2000 thousandths; letters of a stretch are 1000 units wide and 2000 high.
fn page(items: &[(&str, i64, i64, bool)]) -> Layer {
    let items: Vec<Json> = items
        .iter()
        .map(|(text, x, y, ends)| {
            let letters = text.chars().count() as i64;
            let stops: Vec<i64> = (1..=letters).map(|at| at * 1_000 / letters.max(1)).collect();
            serde_json::json!([text, x, y, letters * 1_000, 0, 0, -2_000, stops, ends])
        })
        .collect();
    Layer::read(&serde_json::json!({ "height": 200_000, "items": items }))
}

#[test]
fn stretches_of_a_page_become_one_text() {
    let layer = page(&[
        ("Total", 10_000, 20_000, false),
        ("1,5", 16_000, 20_000, false),
        ("62.50", 19_000, 20_000, true),
        ("Nordlicht", 10_000, 24_000, false),
        ("", 0, 0, true),
        ("Papier", 10_000, 28_000, false),
        ("far", 50_000, 28_000, false),
        ("left", 10_000, 28_000, false),
    ]);
    assert_eq!(layer.text, "Total 1,562.50\nNordlicht\nPapier far\nleft");
    let boxes = |value: &str| -> Vec<Vec<i64>> {
        let place = find(&json(value), std::slice::from_ref(&layer.text))[0];
        layer.boxes(&place).iter().map(|one| vec![one.x, one.y, one.width, one.height]).collect()
    };
    // Heights are parts of the page's height, which is twice its width.
    assert_eq!(boxes("1562.5"), [[16_000, 9_000, 8_000, 1_250]], "one frame over two stretches");
    assert_eq!(boxes(r#""nordlicht papier""#).len(), 2, "one frame a line");
    assert_eq!(boxes(r#""far""#)[0][0], 50_000);
}

#[test]
fn a_place_within_a_stretch_has_its_own_frame() {
    let layer = page(&[("VAT no. GB 12", 10_000, 20_000, true)]);
    let place = find(&json(r#""GB""#), std::slice::from_ref(&layer.text))[0];
    let boxes = layer.boxes(&place);
    assert_eq!(boxes.len(), 1);
    assert!((boxes[0].x - 18_000).abs() <= 100 && (boxes[0].width - 2_000).abs() <= 100, "{boxes:?}");
}

#[test]
fn turned_text_is_framed_too() {
    let item = serde_json::json!(["AB", 50_000, 90_000, 0, -4_000, -2_000, 0, [500, 1_000], true]);
    let layer = Layer::read(&serde_json::json!({ "height": 100_000, "items": [item] }));
    let boxes = layer.boxes(&find(&json(r#""ab""#), std::slice::from_ref(&layer.text))[0]);
    assert_eq!(boxes.len(), 1);
    assert_eq!((boxes[0].x, boxes[0].y, boxes[0].width, boxes[0].height), (48_000, 86_000, 2_500, 4_000));
}

#[test]
fn a_layer_of_nonsense_is_empty_and_nothing_panics() {
    for text in [
        "null",
        "[]",
        "{}",
        r#"{"items":7}"#,
        r#"{"items":[null,[],["x"],[1,2]],"height":-3}"#,
        r#"{"items":[["ab",1e99,"x",null,{},[],0,[7,"x"],1]],"height":0}"#,
    ] {
        let layer = Layer::read(&json(text));
        for from in 0..4 {
            layer.boxes(&Span { piece: 0, from, to: from + 2 });
        }
        layer.boxes(&Span { piece: 0, from: 9, to: 3 });
    }
}
