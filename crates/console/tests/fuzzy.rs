//! What fits what was typed, and what fits better.

use console::text::fuzzy::score;
use proptest::prelude::*;

fn order<'a>(typed: &str, texts: &[&'a str]) -> Vec<&'a str> {
    let mut found: Vec<_> = texts.iter().filter_map(|text| score(typed, text).map(|score| (std::cmp::Reverse(score), *text))).collect();
    found.sort();
    found.into_iter().map(|(_, text)| text).collect()
}

#[test]
fn letters_in_their_order_fit_and_others_do_not() {
    for text in ["po to invoice reconciliation", "invoice", "in voice"] {
        assert!(score("invo", text).is_some(), "{text}");
    }
    for text in ["", "inov", "ovni", "inv"] {
        assert_eq!(score("invo", text), None, "{text}");
    }
    assert_eq!(score("", "anything"), Some(0));
    assert!(score("poinv", "po to invoice reconciliation").is_some());
    assert!(score("po inv", "po to invoice reconciliation").is_some(), "spaces typed between words are not looked for");
    assert!(score("ü", "übung").is_some());
}

#[test]
fn beginnings_of_words_and_neighbours_come_first() {
    assert_eq!(order("rev", &["forever", "runs every hour", "reviews"]), ["reviews", "runs every hour", "forever"]);
    assert_eq!(order("ci", &["invoice", "contract intake", "ci"]), ["ci", "contract intake"]);
    assert_eq!(order("runs", &["runs of retab", "runs"]), ["runs", "runs of retab"]);
    assert_eq!(order("wf_po", &["wf_contract_po", "wf_po_invoice_recon"]), ["wf_po_invoice_recon", "wf_contract_po"]);
}

proptest! {
    #[test]
    fn any_text_is_taken(typed in "\\PC{0,30}", text in "\\PC{0,600}") {
        score(&typed, &text);
    }

    #[test]
    fn a_text_fits_itself(text in "[a-z0-9 _-]{1,80}") {
        prop_assert!(score(&text, &text).is_some());
    }
}
