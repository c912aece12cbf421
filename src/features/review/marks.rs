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
            draft.is_changed(&path).then(|| match draft.original(&path) {
                Some(value) if !value.is_null() => field_text(value),
                _ => t().review.nothing.to_owned(),
            })
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

/// Under the control: the error, or what the field was and the way back, or the hint.
pub fn marks(node: &Node, id: String, mark: Memo<Mark>, hint: Option<String>) -> Html {
    let (path, label) = (node.path.clone(), node.label().to_owned());
    let words = &t().review;
    view! {
        <div class="sl-field__x" id=id class:err=move || mark.with(|mark| mark.problem.is_some())>
            {move || {
                let Mark { was, problem } = mark.get();
                let mut parts: Vec<Html> = Vec::new();
                if let Some(problem) = problem {
                    parts.push(view! { <Glyph icon=Icon::Warn small=true /><span>{problem}</span> });
                } else if was.is_none() {
                    parts.extend(hint.clone().map(|hint| view! { <bdi>{hint}</bdi> }));
                }
                if let Some(was) = was {
                    parts.push(view! {
                        <span class="sl-edited"><Glyph icon=Icon::Pencil small=true />{words.edited}</span>
                        <span>{words.was}" "<del><bdi>{was}</bdi></del></span>
                        <button type="button" class="sl-link" data-act="revert" data-path=path.clone()>
                            {words.revert}<span class="sl-vh">" "{label.clone()}</span>
                        </button>
                    });
                }
                parts
            }}
        </div>
    }
}
