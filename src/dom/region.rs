//! A part of the document that is built anew when what it read changes.

use super::{Html, document, effect, fragment};
use crate::platform::page;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement, Node};

/// Builds a view now, and again whenever a signal that it read changes.
pub fn region(build: Box<dyn Fn() -> Html>) -> Html {
    let (all, start, end) = bounds();
    let first = Cell::new(true);
    effect(Box::new(move || {
        let new = build().0;
        let first = first.replace(false);
        if first || !same_text(&start, &end, &new) {
            let focus = if first { None } else { focus_path(&start, &end) };
            if !first {
                clear(&start, &end);
            }
            if let Some(parent) = end.parent_node() {
                parent.insert_before(&new, Some(&end)).ok();
            }
            if let Some(path) = focus {
                put_focus(&start, &path);
            }
        }
    }));
    all
}

/// A fragment with two markers between which something will change.
pub(super) fn bounds() -> (Html, Node, Node) {
    thread_local!(static MARKER: Node = document().create_comment("").into());
    let all = fragment();
    let marker = || {
        let marker = MARKER.with(|marker| marker.clone_node().unwrap_or_else(|_| marker.clone()));
        all.0.append_child(&marker).ok();
        marker
    };
    let (start, end) = (marker(), marker());
    (all, start, end)
}

/// Removes everything between the markers.
pub(super) fn clear(start: &Node, end: &Node) {
    while let Some(next) = start.next_sibling().filter(|next| !next.is_same_node(Some(end))) {
        let Some(parent) = next.parent_node() else { return };
        parent.remove_child(&next).ok();
    }
}

/// One text for another changes in place: a clock must not rebuild what is around it.
fn same_text(start: &Node, end: &Node, new: &Node) -> bool {
    let Some(old) = start.next_sibling() else { return false };
    let alone = old.next_sibling().is_some_and(|next| next.is_same_node(Some(end)));
    if !alone || old.node_type() != Node::TEXT_NODE || new.node_type() != Node::TEXT_NODE {
        return false;
    }
    let text = new.node_value();
    if old.node_value() != text {
        old.set_node_value(text.as_deref());
    }
    true
}

/// Where the focus is within the markers: places among siblings, outermost first.
fn focus_path(start: &Node, end: &Node) -> Option<Vec<u32>> {
    let parent = start.parent_node()?;
    let mut node: Node = page::document()?.active_element()?.into();
    if node.is_same_node(Some(&parent)) || !parent.contains(Some(&node)) {
        return None;
    }
    let mut path = Vec::new();
    loop {
        let above = node.parent_node()?;
        let outermost = above.is_same_node(Some(&parent));
        let mut at = 0;
        let mut before = node.previous_sibling();
        while let Some(sibling) = before {
            if outermost && sibling.is_same_node(Some(start)) {
                path.push(at);
                path.reverse();
                return Some(path);
            }
            if outermost && sibling.is_same_node(Some(end)) {
                return None;
            }
            at += 1;
            before = sibling.previous_sibling();
        }
        if outermost {
            return None;
        }
        path.push(at);
        node = above;
    }
}

fn put_focus(start: &Node, path: &[u32]) {
    let mut found = None;
    let mut next = start.next_sibling();
    for at in path {
        for _ in 0..*at {
            next = next.and_then(|node| node.next_sibling());
        }
        found = next.clone();
        next = next.and_then(|node| node.first_child());
    }
    if let Some(element) = found.and_then(|node| node.dyn_into::<HtmlElement>().ok()) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        element.focus_with_options(&options).ok();
    }
}
