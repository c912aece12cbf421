//! Alternatives of a schema (`oneOf`, `anyOf`), optional groups and free field names.

use super::fields::field_id;
use super::fields::label;
use super::state::FormState;
use crate::prelude::*;
use crate::strings::t;
use runs::form::{Draft, Node};

/// Which of several kinds a place holds, where the schema allows several.
pub fn chooser(form: FormState, node: &Node) -> Option<Html> {
    let variants = node.variants.as_ref().filter(|_| !node.read_only)?;
    let words = t().form;
    let none = variants.chosen.is_none().then(|| view! { <option value="" selected=true>{words.no_variant}</option> });
    // What is typed may be of another kind.
    let path = node.path.clone();
    let chosen = move || {
        let chosen = form.draft.with(|draft| draft.form().find(&path).and_then(|node| node.variants.as_ref()?.chosen));
        chosen.map(|at| at.to_string()).unwrap_or_default()
    };
    let options: Vec<Html> = variants
        .names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let chosen = variants.chosen == Some(at);
            view! { <option value=at.to_string() selected=chosen>{(words.variant_name)(name, at)}</option> }
        })
        .collect();
    Some(view! {
        <select
            class="sl-input sl-select sl-variant"
            id=format!("{}-kind", field_id(&node.path))
            data-variant=node.path.clone()
            prop:value=chosen
            aria-label=(words.variant)(&label(node))
        >
            {none}
            {options}
        </select>
    })
}

/// A way to have nothing in place of a group or list, where the schema allows that.
pub fn clear_action(draft: &Draft, node: &Node) -> Option<Html> {
    let present = draft.get(&node.path).is_some_and(|value| !value.is_null());
    if !present || node.read_only || node.place.is_some() || node.path.is_empty() || draft.form().inferred {
        return None;
    }
    if !node.required {
        return Some(view! { <p>{remove(node)}</p> });
    }
    node.nullable.then(|| {
        view! {
            <p><button type="button" class="sl-link sl-sm" data-act="null" data-at=node.path.clone()>
                {t().form.set_null}<bdi class="sl-vh">" "{label(node)}</bdi>
            </button></p>
        }
    })
}

/// Takes a field out of its group.
pub fn remove(node: &Node) -> Html {
    view! {
        <button type="button" class="sl-link sl-sm" data-act="remove" data-at=node.path.clone()>
            {t().form.remove}<bdi class="sl-vh">" "{label(node)}</bdi>
        </button>
    }
}

/// Adds a field to a group whose names are free.
pub fn new_name(node: &Node) -> Html {
    let words = t().form;
    let id = format!("{}-name", field_id(&node.path));
    view! {
        <p class="sl-row sl-row--wrap">
            <input
                class="sl-input sl-newname"
                id=id
                type="text"
                autocomplete="off"
                data-new=node.path.clone()
                aria-label=(words.new_name)(&label(node))
            />
            <button type="button" class="sl-btn sl-btn--sm" data-act="name" data-at=node.path.clone()>{words.add_name}</button>
        </p>
    }
}
