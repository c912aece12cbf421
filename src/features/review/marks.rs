use super::desk::Desk;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use runs::form::{Node, field_text};

/// What is to be said about one field: what it was, and what is wrong with it.
#[derive(Clone, Default, PartialEq)]
pub struct Mark {
    pub was: Option<String>,
    pub problem: Option<String>,
}

pub fn mark_of(desk: Desk, path: &str) -> Memo<Mark> {
    let path = path.to_owned();
    Memo::new(move |_| {
        let was = desk.draft.with(|draft| {
            if !draft.is_changed(&path) {
                return None;
            }
            match draft.original(&path) {
                Some(value) if !value.is_null() => Some(field_text(value)),
                // All of an added item is new: the item says so, and taking it back is removing it.
                None if path.rsplit_once('/').is_some_and(|(item, _)| draft.original(item).is_none()) => None,
                _ => Some(t().review.nothing.to_owned()),
            }
        });
        let told = desk.told.with(|told| told.iter().find(|(other, _)| *other == path).map(|(_, message)| message.clone()));
        let seen = desk.all.get() || desk.touched.with(|touched| touched.contains(&path));
        let found = || {
            desk.problems.with(|problems| {
                let problem = problems.iter().find(|problem| problem.path == path && (seen || !problem.blocks()))?;
                Some((t().review.wrong)(&problem.wrong))
            })
        };
        Mark { was, problem: told.or_else(found) }
    })
}

/// Under the control: the error, or what the field was and the way back, or the hint. `cell`: with the little room of a table.
pub fn marks(node: &Node, id: String, mark: Memo<Mark>, hint: Option<String>, cell: bool) -> Html {
    let (path, label) = (node.path.clone(), node.label().to_owned());
    let words = t().review;
    view! {
        <div class="sl-field__x" id=id class:err=move || mark.with(|mark| mark.problem.is_some()) class:was=cell>
            {move || match mark.get() {
                Mark { problem: Some(problem), .. } => vec![view! { <Glyph icon=Icon::Warn small=true /><span>{problem}</span> }],
                Mark { was: Some(was), .. } => {
                    let edited = (!cell).then(|| view! { <span class="sl-edited"><Glyph icon=Icon::Pencil small=true />{words.edited}</span> });
                    vec![view! {
                        {edited}
                        <span>{words.was}" "<del><bdi>{was}</bdi></del>" "</span>
                        <button type="button" class="sl-link" data-act="revert" data-at=path.clone()>
                            {words.revert}<span class="sl-vh">" "{label.clone()}</span>
                        </button>
                    }]
                }
                Mark { .. } => hint.clone().map(|hint| view! { <bdi>{hint}</bdi> }).into_iter().collect(),
            }}
        </div>
    }
}
