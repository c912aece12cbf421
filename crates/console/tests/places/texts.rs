//! JSON, plain text and the text layer of a page.

use super::*;

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
