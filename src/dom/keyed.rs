//! A list whose rows stay the same elements while they move, come and go.

use super::region::{bounds, has_focus, keep_focus_near};
use super::{Html, effect};
use leptos::prelude::Owner;
use std::cell::RefCell;
use web_sys::Node;

/// A row's key, and how it is built the first time.
pub type KeyedRow = (String, Box<dyn FnOnce() -> Html>);

/// One row is one node; rows whose keys stay are not touched.
pub fn keyed(rows: Box<dyn Fn() -> Vec<KeyedRow>>) -> Html {
    let (all, _, end) = bounds();
    let shown: RefCell<Vec<(String, Node, Owner)>> = RefCell::new(Vec::new());
    // Rows belong to the list, not to one run of its effect: they outlive the runs.
    let owner = Owner::current();
    effect(Box::new(move || {
        let rows = rows();
        let mut shown = shown.borrow_mut();
        let mut before = std::mem::take(&mut *shown);
        let mut after = Vec::with_capacity(rows.len());
        for (key, build) in rows {
            after.push(match before.iter().position(|(known, ..)| *known == key) {
                Some(at) => before.remove(at),
                None => {
                    let row = owner.as_ref().map_or_else(Owner::new, Owner::child);
                    let node = row.with(build).0;
                    (key, node, row)
                }
            });
        }
        let mut focus_gone = false;
        for (_, node, row) in before {
            focus_gone |= has_focus(&node);
            row.cleanup();
            if let Some(parent) = node.parent_node() {
                parent.remove_child(&node).ok();
            }
        }
        place(&after, &end);
        if focus_gone {
            keep_focus_near(&end);
        }
        *shown = after;
    }));
    all
}

/// Puts the rows in order before the end; one that stands right already is not moved.
fn place(rows: &[(String, Node, Owner)], end: &Node) {
    let Some(parent) = end.parent_node() else { return };
    let mut next = end.clone();
    for (_, node, _) in rows.iter().rev() {
        if !node.next_sibling().is_some_and(|follows| follows.is_same_node(Some(&next))) {
            parent.insert_before(node, Some(&next)).ok();
        }
        next = node.clone();
    }
}
