use super::desk::{Desk, field_id};
use super::fields::{control, group, label, nest};
use super::marks::{mark_of, marks};
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use runs::form::{Draft, Kind, Node};

/// A list: as a table where its items are flat, else one frame an item.
pub fn list(desk: Desk, draft: &Draft, node: &Node, items: &[Node]) -> Html {
    // The outermost list are the targets of the review: their number is the vendor's.
    let fixed = node.read_only || node.path.is_empty();
    let name = label(node);
    let columns = match &node.kind {
        Kind::List { template, flat: true, .. } => template.below(),
        _ => &[],
    };
    let fits = |item: &Node| item.below().iter().all(|field| columns.iter().any(|column| column.key == field.key));
    let inner = if !columns.is_empty() && items.iter().all(fits) {
        table(desk, draft, &name, columns, items, fixed)
    } else {
        items.iter().enumerate().map(|(at, one)| item(desk, draft, &name, at, one, fixed)).collect::<Vec<_>>().view()
    };
    let add = (!fixed).then(|| {
        view! {
            <p><button type="button" class="sl-link sl-sm" id=format!("{}-add", field_id(&node.path)) data-act="add" data-at=node.path.clone()>
                {(t().review.add_item)(&name)}
            </button></p>
        }
    });
    let mark = mark_of(desk, &node.path);
    let wrong = move || {
        mark.with(|mark| mark.problem.clone())
            .map(|problem| view! { <p class="sl-field__x err"><Glyph icon=Icon::Warn small=true /><span>{problem}</span></p> })
    };
    // What is wrong with the list as a whole takes the focus here.
    let inner = view! { <div class="sl-stack sl-stack--2" id=field_id(&node.path) tabindex="-1">{inner}{wrong}{add}</div> };
    nest(desk, node, inner.view())
}

fn item(desk: Desk, draft: &Draft, list: &str, at: usize, node: &Node, fixed: bool) -> Html {
    let remove = (!fixed && !node.read_only).then(|| remove(list, at, node));
    let inner = match &node.kind {
        Kind::Object { fields } => group(desk, draft, fields),
        _ => group(desk, draft, std::slice::from_ref(node)),
    };
    view! {
        <div class="sl-nest__item">
            <div class="sl-nest__bar">{at + 1}<span class="sl-push"></span>{remove}</div>
            {inner}
        </div>
    }
}

fn remove(list: &str, at: usize, node: &Node) -> Html {
    let name = (t().review.remove_item)(list, at + 1);
    view! {
        <button type="button" class="sl-btn sl-btn--quiet sl-btn--icon sl-btn--sm" aria-label=name.clone() title=name data-act="remove" data-at=node.path.clone()>
            <Glyph icon=Icon::Close small=true />
        </button>
    }
}

fn table(desk: Desk, draft: &Draft, list: &str, columns: &[Node], items: &[Node], fixed: bool) -> Html {
    let heads: Vec<Html> = columns
        .iter()
        .map(|column| {
            let class = if matches!(column.kind, Kind::Number(_)) { "sl-num c-a" } else { "" };
            view! { <th scope="col" class=class><bdi>{column.label().to_owned()}</bdi></th> }
        })
        .collect();
    let rows: Vec<Html> = items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            let cells: Vec<Html> = columns.iter().map(|column| cell(desk, draft, list, at, column, item)).collect();
            let added = draft.original(&item.path).is_none().then_some("");
            let remove = (!fixed && !item.read_only).then(|| remove(list, at, item));
            view! { <tr data-added=added><td class="c-n"><span>{at + 1}</span></td>{cells}<td class="c-x">{remove}</td></tr> }
        })
        .collect();
    view! {
        <table class="sl-li" aria-label=list.to_owned()>
            <thead><tr><td class="c-n"></td>{heads}<td class="c-x"></td></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

fn cell(desk: Desk, draft: &Draft, list: &str, at: usize, column: &Node, item: &Node) -> Html {
    let Some(node) = item.below().iter().find(|field| field.key == column.key) else { return view! { <td></td> } };
    let mark = mark_of(desk, &node.path);
    let about = format!("{}-x", field_id(&node.path));
    let name = (t().review.cell)(node.label(), list, at + 1);
    let control = control(draft, node, mark, Some(name), about.clone());
    view! {
        <td
            data-edited=move || mark.with(|mark| mark.was.is_some()).then_some("")
            data-err=move || mark.with(|mark| mark.problem.is_some()).then_some("")
        >
            {control}
            {marks(node, about, mark, None, true)}
        </td>
    }
}
