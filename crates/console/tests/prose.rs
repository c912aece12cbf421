//! Formatted texts of vendors: what becomes an element, what stays a text, and that nothing breaks them.
#![allow(clippy::unwrap_used, clippy::panic)]

use console::prose::{Block, Inline, link, markdown, may_follow, pieces, table};
use proptest::prelude::*;
use runs::value::json::parse;

fn text(words: &str) -> Inline {
    Inline::Text(words.into())
}

#[test]
fn markdown_becomes_elements() {
    let read = markdown(
        "# Invoice 4712\n\nThe *total* is **1,250.00**, `net`.\n\n- one\n- two\n\n3. c\n4. d\n\n> said\n\n```py\nx = 1\n```\n\n---\n",
    );
    let list =
        |from, items: &[&str]| Block::List { from, items: items.iter().map(|item| vec![Block::Paragraph(vec![text(item)])]).collect() };
    assert_eq!(
        read,
        [
            Block::Heading(1, vec![text("Invoice 4712")]),
            Block::Paragraph(vec![
                text("The "),
                Inline::Emphasis(vec![text("total")]),
                text(" is "),
                Inline::Strong(vec![text("1,250.00")]),
                text(", "),
                Inline::Code("net".into()),
                text("."),
            ]),
            list(None, &["one", "two"]),
            list(Some(3), &["c", "d"]),
            Block::Quote(vec![Block::Paragraph(vec![text("said")])]),
            Block::Code("x = 1".into()),
            Block::Rule,
        ]
    );
    assert_eq!(pieces(&read).concat(), "Invoice 4712The total is 1,250.00, net.onetwocdsaidx = 1");
}

#[test]
fn a_table_has_its_head_and_cells() {
    let [Block::Table { head, rows }] = &markdown("| Line | Net |\n|---|--:|\n| Paper | 21.95 |\n| ~~Chair~~ | |\n")[..] else { panic!() };
    assert_eq!(head, &[vec![text("Line")], vec![text("Net")]]);
    assert_eq!(rows, &[[vec![text("Paper")], vec![text("21.95")]], [vec![Inline::Struck(vec![text("Chair")])], vec![]]]);
}

#[test]
fn markup_is_text_and_no_script_is_followed() {
    assert_eq!(
        pieces(&markdown("a <script>alert(1)</script> b\n\n<img src=x onerror=alert(1)>\n")).concat(),
        "a <script>alert(1)</script> b<img src=x onerror=alert(1)>"
    );
    for bad in [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "/c/retab/runs/1",
        "//evil.example",
        "java\tscript:alert(1)",
    ] {
        assert!(!may_follow(bad), "{bad}");
        assert!(!format!("{:?}", link(bad)).contains("Link"), "{bad}");
    }
    let [Block::Paragraph(words)] = &markdown("[pay](javascript:alert(1)) ![scan](https://a.example/s.png)")[..] else { panic!() };
    assert!(matches!(&words[0], Inline::Emphasis(said) if said[1] == text(" (javascript:alert(1))")), "{words:?}");
    assert!(
        matches!(&words[2], Inline::Link { href, text } if href == "https://a.example/s.png" && text == &[Inline::Text("scan".into())])
    );
}

#[test]
fn data_of_rows_or_columns_is_a_table() {
    let of = |json: &str| match table(&parse(json.as_bytes()).unwrap()) {
        Some(blocks) => match &blocks[..] {
            [Block::Table { head, rows }] => format!("{head:?} {rows:?}").replace("Text(", "").replace(')', ""),
            _ => panic!(),
        },
        None => "none".into(),
    };
    assert_eq!(
        of(r#"[{"sku":"A-1","net":1.50},{"net":2,"note":"x"}]"#),
        r#"[["sku"], ["net"], ["note"]] [[["A-1"], ["1.50"], []], [[], ["2"], ["x"]]]"#
    );
    assert_eq!(of(r#"{"a":[1,2],"b":["x"]}"#), r#"[["a"], ["b"]] [[["1"], ["x"]], [["2"], []]]"#);
    assert_eq!(of("[[1,2],[3,4]]"), r#"[] [[["1"], ["2"]], [["3"], ["4"]]]"#);
    for neither in ["[]", "{}", "[1,2]", "7", r#"{"a":1}"#] {
        assert_eq!(of(neither), "none", "{neither}");
    }
}

#[test]
fn what_lies_too_deep_is_its_words() {
    for deep in [">".repeat(20_000) + " end", "*a ".repeat(20_000) + "end", "- ".repeat(5_000) + "end", "[".repeat(20_000) + "end"] {
        let read = markdown(&deep);
        assert!(pieces(&read).concat().contains("end"));
    }
}

proptest! {
    #[test]
    fn any_text_is_read_and_no_word_is_lost(words in "[a-z]{1,5}( [a-z]{1,5}){0,3}", around in "[-*_`~#>|\\[\\]()!<\\n 0-9.]{0,30}") {
        let said = pieces(&markdown(&format!("{around}\n\n{words}\n\n{around}"))).concat();
        prop_assert!(said.contains(&words) || around.contains(['`', '<', '[']), "{said}");
    }
}
