//! Marks of fields: edited, problem, suggested values.

use super::state::FormState;
use crate::features::keys;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use console::keys::Action;
use runs::Json;
use runs::form::{Draft, Kind, Node, Problem, Wrong, field_text};
use std::collections::BTreeSet;

/// What is to be said about one field: what it was, and what is wrong with it.
#[derive(Clone, Copy)]
pub struct Mark {
    state: RwSignal<MarkState>,
    /// On its own: while somebody types, a problem's words change ("1 character too many") and nothing else does.
    problem: RwSignal<Option<String>>,
}

#[derive(Clone, PartialEq)]
struct MarkState {
    was: Option<String>,
    /// An empty text stands where nothing could stand.
    empty: bool,
    wrong: bool,
    /// Something is not checked here.
    noted: bool,
    /// What one press can put there.
    mends: Vec<Json>,
    /// Names that a group lacks and one press adds.
    lacks: Vec<String>,
}

impl Mark {
    pub fn edited(self) -> bool {
        self.state.with(|about| about.was.is_some())
    }

    pub fn wrong(self) -> bool {
        self.state.with(|about| about.wrong)
    }

    /// What is wrong, drawn so that only its words change.
    pub fn problem(self) -> Option<Html> {
        let (wrong, noted) = self.state.with(|about| (about.wrong, about.noted));
        let icon = if wrong { Icon::Warn } else { Icon::Info };
        (wrong || noted).then(|| view! { <Glyph icon=icon small=true /><span>{move || self.problem.get()}</span> })
    }

    /// Ways to add what a group lacks.
    pub fn lacks(self, path: &str) -> Option<Html> {
        let names = self.state.with(|about| about.lacks.clone());
        let one = |name: String| {
            let words = (t().form.add_lacking)(&name);
            view! {
                <button type="button" class="sl-btn sl-btn--sm" data-act="lack" data-at=path.to_owned() data-name=name><bdi>{words}</bdi></button>
            }
        };
        let all: Vec<Html> = names.into_iter().map(one).collect();
        (!all.is_empty()).then(|| view! { <span class="sl-mends">{all}</span> })
    }

    /// What was drawn before may be gone: then there is nothing to say it to.
    fn set(self, (about, problem): (MarkState, Option<String>)) {
        if self.problem.try_with_untracked(|known| *known != problem) == Some(true) {
            self.problem.set(problem);
        }
        if self.state.try_with_untracked(|known| *known != about) == Some(true) {
            self.state.set(about);
        }
    }
}

/// The mark of a field that is being drawn: a group and its frame have one together.
pub fn mark_of(form: FormState, path: &str) -> Mark {
    if let Some(known) = form.marks.with_value(|marks| marks.get(path).copied()) {
        return known;
    }
    let (about, problem) = untrack(|| mark_now(form, path));
    let mark = Mark { state: RwSignal::new(about), problem: RwSignal::new(problem) };
    form.marks.update_value(|marks| {
        marks.insert(path.to_owned(), mark);
    });
    mark
}

/// Keeps the marks current. An edit changes few of them: only fields that differ from what was read, that have a problem, or had
/// either before, are looked at.
pub fn follow(form: FormState) {
    let said = StoredValue::new(BTreeSet::<String>::new());
    Effect::new(move |_| {
        let mut now = BTreeSet::new();
        form.draft.with(|draft| draft.changed().for_each(|path| around(path, &mut now)));
        form.problems.with(|problems| now.extend(problems.iter().map(|problem| problem.path.clone())));
        form.vendor_messages.with(|told| now.extend(told.iter().map(|(path, _)| path.clone())));
        form.touched.track();
        form.show_all.track();
        let below: Vec<String> = form.marks.with_value(|marks| {
            // Everything in a group that was replaced as a whole.
            let inside =
                |path: &String| marks.range(format!("{path}/")..format!("{path}0")).map(|(path, _)| path.clone()).collect::<Vec<_>>();
            form.draft.with(|draft| draft.changed().map(str::to_owned).collect::<Vec<_>>()).iter().flat_map(inside).collect()
        });
        now.extend(below);
        let before = said.try_update_value(|said| std::mem::replace(said, now.clone())).unwrap_or_default();
        for path in now.union(&before) {
            let Some(mark) = form.marks.with_value(|marks| marks.get(path).copied()) else { continue };
            mark.set(mark_now(form, path));
        }
    });
}

/// A path and every group that it lies in.
fn around(path: &str, all: &mut BTreeSet<String>) {
    let mut path = path;
    while all.insert(path.to_owned()) && !path.is_empty() {
        path = path.rsplit_once('/').map_or("", |(above, _)| above);
    }
}

fn mark_now(form: FormState, path: &str) -> (MarkState, Option<String>) {
    let (was, empty) = form.draft.with(|draft| {
        let was = if draft.is_changed(path) { was(draft, path) } else { None };
        let emptied = was.is_some() && draft.get(path).and_then(Json::as_str) == Some("");
        (was, emptied && draft.form().find(path).is_some_and(|node| node.nullable && matches!(node.kind, Kind::Text(_))))
    });
    let told = form.vendor_messages.with(|told| told.iter().find(|(other, _)| *other == path).map(|(_, message)| message.clone()));
    let found = || {
        form.problems.with(|problems| {
            let here = problems.iter().filter(|problem| problem.path == path);
            let group = || form.draft.with(|draft| draft.form().find(path).is_some_and(|node| !node.below().is_empty()));
            let left = |touched: &BTreeSet<String>| {
                touched.contains(path)
                    || (touched.iter().any(|other| other.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))) && group())
            };
            let seen = form.show_all.get() || form.touched.with(left);
            // What is wrong comes before what is not checked.
            let problem =
                here.filter(|problem| seen || !problem.blocks() || at_once(form, problem)).min_by_key(|problem| !problem.blocks())?;
            Some((problem.blocks(), (t().form.problem)(problem)))
        })
    };
    let own = found();
    let mends = if own.is_some() { form.draft.with(|draft| draft.mends(path)) } else { Vec::new() };
    let lacks = if own.is_some() { lacking(form, path) } else { Vec::new() };
    let (wrong, problem) = told.map(|told| (true, told)).or(own).unzip();
    (MarkState { was, empty, wrong: wrong == Some(true), noted: wrong == Some(false), mends, lacks }, problem)
}

fn lacking(form: FormState, path: &str) -> Vec<String> {
    let lacks = |problem: &Problem| match &problem.wrong {
        Wrong::Lacks { name, .. } if problem.path == path => Some(name.clone()),
        _ => None,
    };
    let mut names: Vec<String> = form.problems.with(|problems| problems.iter().filter_map(lacks).collect());
    form.draft.with(|draft| names.retain(|name| draft.may_add(path, name)));
    names.dedup();
    names
}

/// Whether a problem is told before its field was left: it came so, or it asks something.
pub fn at_once(form: FormState, problem: &Problem) -> bool {
    problem.at_once() || form.draft.with(|draft| draft.asks(&problem.path))
}

fn was(draft: &Draft, path: &str) -> Option<String> {
    // A frame only says that something in it was edited.
    if draft.form().find(path).is_some_and(|node| !node.below().is_empty()) {
        return Some(String::new());
    }
    match draft.original(path) {
        Some(value) if !value.is_null() => Some(field_text(value)),
        // All of an added item is new: the item says so, and taking it back is removing it.
        None if path.rsplit_once('/').is_some_and(|(item, _)| draft.original(item).is_none()) => None,
        _ => Some(t().review.nothing.to_owned()),
    }
}

/// What can be put there, each with the key that does it while the field has the focus.
fn mends_of(path: &str, label: &str, mends: Vec<Json>) -> Option<Html> {
    let words = t().form;
    let asked = mends.len() > 1;
    let one = |(at, mend): (usize, Json)| {
        let key = [Action::TakeFirst, Action::TakeSecond].get(at).and_then(|action| keys::words(*action));
        let kbd = key.clone().map(|key| view! { " "<kbd class="sl-kbd" aria-hidden="true">{key}</kbd> });
        view! {
            <button
                type="button"
                class="sl-btn sl-btn--sm"
                data-act="mend"
                data-at=path.to_owned()
                data-mend=at.to_string()
                title=key.as_deref().map(words.mend_keys)
            >
                <bdi>{(words.mend)(&mend, asked)}</bdi><bdi class="sl-vh">" "{label.to_owned()}</bdi>{kbd}
            </button>
        }
    };
    let all: Vec<Html> = mends.into_iter().enumerate().map(one).collect();
    (!all.is_empty()).then(|| view! { <span class="sl-mends">{all}</span> })
}

/// Under the control: the error, or what the field was and the way back, or the hint. `cell`: with the little room of a table.
pub fn marks(node: &Node, id: String, mark: Mark, hint: Option<String>, cell: bool) -> Html {
    let (path, label) = (node.path.clone(), super::fields::label(node));
    let words = t().review;
    view! {
        <div class="sl-field__x" id=id role="group" aria-label=label.clone() tabindex="-1" data-of=path.clone() class:err=move || mark.wrong() class:was=cell>
            {move || {
                let MarkState { was, empty, wrong, mends, .. } = mark.state.get();
                let error = mark.problem();
                let mends = mends_of(&path, &label, mends);
                let emptied = empty.then(|| {
                    view! {
                        <span>{t().form.empty_text}</span>
                        <button type="button" class="sl-link" data-act="null" data-at=path.clone()>
                            {t().form.set_null}<bdi class="sl-vh">" "{label.clone()}</bdi>
                        </button>
                    }
                });
                let edited = was.map(|was| {
                    // The little room beside an error is for the way back.
                    let full = !wrong;
                    let edited = (!cell && full)
                        .then(|| view! { <span class="sl-edited"><Glyph icon=Icon::Pencil small=true />{words.edited}</span> });
                    let was = full.then(|| view! { <span>{words.was}" "<del><bdi>{was}</bdi></del>" "</span> });
                    view! {
                        {edited}
                        {was}
                        <button type="button" class="sl-link" data-act="revert" data-at=path.clone() title=t().form.revert_key>
                            {words.revert}<bdi class="sl-vh">" "{label.clone()}</bdi>
                        </button>
                    }
                });
                let nothing = edited.is_none() && error.is_none();
                let hint = nothing.then(|| hint.clone().map(|hint| view! { <bdi>{hint}</bdi> }).view());
                view! { {error}{mends}{edited}{emptied}{hint} }
            }}
        </div>
    }
}
