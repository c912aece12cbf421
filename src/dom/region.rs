//! A part of the document that is built anew when what it read changes.

use super::{Html, TEMPLATES, document, effect, fragment};
use crate::platform::page;
use std::cell::Cell;
use web_sys::Node;

/// Builds a view now, and again whenever a signal that it read changes.
pub fn region(build: Box<dyn Fn() -> Html>) -> Html {
    let (all, start, end) = bounds();
    let first = Cell::new(true);
    effect(Box::new(move || {
        let new = build().0;
        let first = first.replace(false);
        if first || !same_text(&start, &end, &new) {
            let focus = if first { None } else { focus_within(&start, &end) };
            if !first {
                clear(&start, &end);
            }
            if let Some(parent) = end.parent_node() {
                parent.insert_before(&new, Some(&end)).ok();
            }
            if let Some((id, path)) = focus {
                put_focus(&start, &id, &path);
            }
        }
    }));
    all
}

/// A fragment with two markers between which something will change.
pub(super) fn bounds() -> (Html, Node, Node) {
    let all = fragment();
    let marker = || {
        // Never the one that is copied itself: it can stand in one place only.
        let marker = TEMPLATES.with(|templates| templates.marker.get_or_init(|| document().create_comment("").into()).clone_node());
        let marker = marker.unwrap_or_else(|_| document().create_comment("").into());
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

/// Where the focus is within the markers: the id of the element, and its places among siblings, outermost first.
fn focus_within(start: &Node, end: &Node) -> Option<(String, Vec<u32>)> {
    let element = page::document()?.active_element()?;
    Some((element.id(), path_to(element.into(), start, end)?))
}

fn path_to(mut node: Node, start: &Node, end: &Node) -> Option<Vec<u32>> {
    let parent = start.parent_node()?;
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

/// To the element of that id, wherever it is now, or else to what is in its place.
fn put_focus(start: &Node, id: &str, path: &[u32]) {
    if page::by_id(id).is_some_and(page::focus_in_place) {
        return;
    }
    let mut found = None;
    let mut next = start.next_sibling();
    for at in path {
        for _ in 0..*at {
            next = next.and_then(|node| node.next_sibling());
        }
        found = next.clone();
        next = next.and_then(|node| node.first_child());
    }
    found.map(page::focus_in_place);
    if page::focus_is_nowhere() {
        keep_focus_near(start);
    }
}

/// What had the focus is gone, and nothing stands in its place: the next thing around it takes it, so that keys go on from here.
pub(super) fn keep_focus_near(node: &Node) {
    let around = node.parent_element().and_then(|parent| parent.closest("[tabindex]").ok().flatten());
    around.map(page::focus_in_place);
}

/// Whether the focus is in there.
pub(super) fn has_focus(node: &Node) -> bool {
    page::document().and_then(|document| document.active_element()).is_some_and(|active| node.contains(Some(&active)))
}
