//! All fields of a form at once.

use super::*;

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
